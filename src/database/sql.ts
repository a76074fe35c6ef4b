/** What the rest of Holdfast sees of a database. */
import type { CopyRows } from './copy-rows.ts'

export type Sql = {
  /**
   * Rows of a query. int8 is a number, timestamptz a Date, bytea a Buffer, uuid and numeric a string.
   * With `statement`, a name that always stands for the same text, the query is parsed and planned once per
   * connection: right for short queries on keys, wrong where the plan depends on the values (searches).
   */
  query<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    statement?: string,
  ): Promise<Row[]>
  /** Number of rows an INSERT, UPDATE or DELETE touched. */
  execute(text: string, values?: readonly unknown[], statement?: string): Promise<number>
}

export type Transaction = Sql & {
  /** COPY table(columns) FROM STDIN (FORMAT binary). `rows` must not change until it resolves. */
  copy(table: string, columns: readonly string[], rows: CopyRows): Promise<void>
}

export type Database = Sql & {
  /** Commits when `work` returns, rolls back when it throws. `tx` is of no use afterwards. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /**
   * Calls `onNotice` for each NOTIFY on `channel`, on a connection of its own that comes back when it breaks. After
   * a break it is called once with an empty payload, since notices may have been missed. Resolves to a closer.
   */
  listen(channel: string, onNotice: (payload: string) => void): Promise<() => Promise<void>>
  /** The URL it was opened with; it holds the password. */
  readonly url: string
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>
}

export type DatabaseOptions = { connectionsMax?: number; applicationName?: string }
