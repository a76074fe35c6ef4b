/**
 * How PostgreSQL's types become JavaScript's: int8 a number (refused if it is not exact), timestamptz a Date,
 * bytea a Buffer, uuid and numeric a string, json and jsonb their value; date and timestamp without zone stay
 * strings, since a Date would move them into the machine's own zone.
 */
import pg from 'pg'
import { HoldfastError } from '../errors.ts'

const INT8 = 20
const INT8_ARRAY = 1016
const DATE = 1082
const TIMESTAMP = 1114

function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new HoldfastError('INTERNAL', 'an int8 beyond 2^53 - 1 was read')
  return value
}

function parseInt8Array(text: string): (number | null)[] {
  const inner = text.slice(1, -1)
  if (inner === '') return []
  return inner.split(',').map(each => (each === 'NULL' ? null : parseInt8(each)))
}

const own = new Map<number, (text: string) => unknown>([
  [INT8, parseInt8],
  [INT8_ARRAY, parseInt8Array],
  [DATE, text => text],
  [TIMESTAMP, text => text],
])

export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && own.get(oid)) ||
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}
