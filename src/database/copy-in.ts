/**
 * COPY … FROM STDIN over pg: a `Submittable` (the interface pg-copy-streams uses) that sends one finished buffer.
 * Slices go to the socket without being copied, each behind its five-byte CopyData header, so the buffer must not
 * change until the query has settled.
 */
import type { Connection, Submittable } from 'pg'

/** One CopyData message: large enough to be cheap, small enough not to grow the server's message buffer. */
const SLICE_BYTES = 128 * 1024

type WireConnection = Connection & {
  stream: {
    write(chunk: Uint8Array, done?: (error?: Error | null) => void): boolean
    cork(): void
    uncork(): void
  }
  query(text: string): void
  endCopyFrom(): void
}

export class CopyIn implements Submittable {
  readonly #text: string
  readonly #content: Buffer
  readonly #settled = Promise.withResolvers<void>()
  #written: Promise<void> = Promise.resolve()
  /** pg wraps this when query_timeout is set. */
  callback: (error?: Error | null) => void = () => {}

  constructor(text: string, content: Buffer) {
    this.#text = text
    this.#content = content
  }

  /** Resolves when the server has taken all rows. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  submit(connection: Connection): void {
    ;(connection as WireConnection).query(this.#text)
  }

  handleCopyInResponse(connection: WireConnection): void {
    const { stream } = connection
    const written = Promise.withResolvers<void>()
    this.#written = written.promise
    stream.cork()
    for (let start = 0; start < this.#content.length; start += SLICE_BYTES) {
      const slice = this.#content.subarray(start, start + SLICE_BYTES)
      const header = Buffer.allocUnsafe(5)
      header[0] = 0x64 // 'd', CopyData
      header.writeInt32BE(slice.length + 4, 1)
      stream.write(header)
      stream.write(slice, start + SLICE_BYTES >= this.#content.length ? () => written.resolve() : undefined)
    }
    connection.endCopyFrom()
    stream.uncork()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.callback()
    this.#settled.resolve()
  }

  /** Called once: pg forgets the query at its first error, and no ReadyForQuery follows for it. */
  handleError(error: Error): void {
    this.callback(error)
    // An error of the server leaves the connection usable, but the socket may still be sending slices (which the
    // server discards); a lost connection sends nothing more.
    const done = 'severity' in error ? this.#written : Promise.resolve()
    done.then(() => this.#settled.reject(error))
  }
}
