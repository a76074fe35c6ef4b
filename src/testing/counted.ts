/** A database that counts the statements it is given, for tests that nothing is done one by one. */
import type { Database, Sql } from '../database/database.ts'

export type Counted = { readonly database: Database; statements(): number }

export function countStatements(database: Database): Counted {
  let statements = 0
  const counting = <S extends Sql>(sql: S): S => ({
    ...sql,
    query: (...given: Parameters<Sql['query']>) => {
      statements++
      return sql.query(...given)
    },
    execute: (...given: Parameters<Sql['execute']>) => {
      statements++
      return sql.execute(...given)
    },
  })
  return {
    statements: () => statements,
    database: {
      ...counting(database),
      transaction: work => database.transaction(tx => work(counting(tx))),
    },
  }
}
