/**
 * Rows encoded for PostgreSQL's binary COPY: "COPY", File Formats, Binary Format.
 *
 *   header   11 bytes signature, int32 flags (0), int32 length of the header extension (0)
 *   row      int16 number of fields, then each field as int32 length (-1 = null) and its bytes
 *   trailer  int16 -1
 *
 * All numbers are big-endian. One growing buffer, no allocation for a field; it is reused after `reset()`.
 * A row with too few or too many fields is refused here, since the server would only say "row field count".
 */
import { HoldfastError } from '../errors.ts'

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TEXT_OID = 25
/** Timestamps count from 2000-01-01T00:00:00Z, in microseconds. */
const EPOCH_MS = 946_684_800_000
/** The timestamp that is later than all others. */
const INFINITY = 0x7fff_ffff_ffff_ffffn
const EXACT_MICROSECONDS_MAX = Number.MAX_SAFE_INTEGER

/**
 * Text as PostgreSQL can store it: U+0000, which `text` and `jsonb` cannot hold, becomes U+FFFD, as do lone
 * surrogates, which UTF-8 cannot. Items come from outside; one such letter must not cost a whole batch.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storableJson)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [storableText(name), storableJson(inner)]),
  )
}

export class CopyRows {
  #buffer: Buffer
  #end = HEADER.length
  #rows = 0
  #fieldsLeft = 0
  #finished = false

  /** `bytesExpected` sizes the first buffer; it doubles whenever that was too little. */
  constructor(bytesExpected = 64 * 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(bytesExpected, 1024))
    HEADER.copy(this.#buffer)
  }

  /** Rows begun so far. */
  get rows(): number {
    return this.#rows
  }

  /** Bytes encoded so far, header included. */
  get bytes(): number {
    return this.#end
  }

  /** Forgets all rows and keeps the buffer. Not before the `copy` that reads it has settled. */
  reset(): void {
    this.#end = HEADER.length
    this.#rows = 0
    this.#fieldsLeft = 0
    this.#finished = false
  }

  /** Starts a row of `columns` fields. */
  begin(columns: number): void {
    if (this.#finished || this.#fieldsLeft !== 0) this.#misuse('begin')
    this.#reserve(2)
    this.#end = this.#buffer.writeInt16BE(columns, this.#end)
    this.#fieldsLeft = columns
    this.#rows++
  }

  null(): void {
    this.#field(0)
    this.#end = this.#buffer.writeInt32BE(-1, this.#end)
  }

  boolean(value: boolean): void {
    this.#field(1)
    this.#end = this.#buffer.writeInt32BE(1, this.#end)
    this.#buffer[this.#end++] = value ? 1 : 0
  }

  int2(value: number): void {
    this.#field(2)
    this.#end = this.#buffer.writeInt32BE(2, this.#end)
    this.#end = this.#buffer.writeInt16BE(value, this.#end)
  }

  int4(value: number): void {
    this.#field(4)
    this.#end = this.#buffer.writeInt32BE(4, this.#end)
    this.#end = this.#buffer.writeInt32BE(value, this.#end)
  }

  int8(value: number | bigint): void {
    this.#field(8)
    this.#end = this.#buffer.writeInt32BE(8, this.#end)
    this.#int64(value)
  }

  /** UTF-8; see storableText for what PostgreSQL cannot hold. */
  text(value: string): void {
    this.#utf8(value, -1)
  }

  bytea(value: Uint8Array): void {
    this.#bytes(value)
  }

  /** A field in the binary form of its own type, for types that have no method here (tsvector, say). */
  raw(value: Uint8Array): void {
    this.#bytes(value)
  }

  /** The 16 bytes of a UUID. */
  uuid(value: Uint8Array): void {
    if (value.length !== 16) throw new RangeError('a UUID has 16 bytes')
    this.#bytes(value)
  }

  /** Milliseconds since 1970-01-01T00:00:00Z; Infinity is 'infinity'. PostgreSQL holds times from 4713 BC on. */
  timestamptz(milliseconds: number): void {
    if (milliseconds === Number.POSITIVE_INFINITY) {
      this.int8(INFINITY)
      return
    }
    if (!(milliseconds >= -210_866_803_200_000 && milliseconds <= 8.64e15)) {
      throw new RangeError('a time that PostgreSQL cannot hold')
    }
    this.#field(8)
    this.#end = this.#buffer.writeInt32BE(8, this.#end)
    const microseconds = (milliseconds - EPOCH_MS) * 1000
    this.#int64(
      Math.abs(microseconds) <= EXACT_MICROSECONDS_MAX
        ? Math.round(microseconds)
        : BigInt(Math.round(milliseconds - EPOCH_MS)) * 1000n,
    )
  }

  /** JSON text. jsonb's binary form is a version byte, 1, and the text. */
  jsonb(json: string): void {
    // JSON.stringify writes U+0000 and lone surrogates as \u escapes, which jsonb refuses.
    this.#utf8(json.includes('\\u') ? JSON.stringify(storableJson(JSON.parse(json))) : json, 1)
  }

  /** text[]: dimensions, has-null flag, element type, then per dimension its length and lower bound. */
  textArray(values: readonly string[]): void {
    this.#field(20)
    const start = this.#end
    this.#end += 4
    this.#end = this.#buffer.writeInt32BE(values.length === 0 ? 0 : 1, this.#end)
    this.#end = this.#buffer.writeInt32BE(0, this.#end)
    this.#end = this.#buffer.writeInt32BE(TEXT_OID, this.#end)
    if (values.length > 0) {
      this.#end = this.#buffer.writeInt32BE(values.length, this.#end)
      this.#end = this.#buffer.writeInt32BE(1, this.#end)
    }
    for (const value of values) this.#sizedText(value, -1)
    this.#buffer.writeInt32BE(this.#end - start - 4, start)
  }

  /** The whole COPY stream. No row can follow until `reset()`; the bytes are those of the inner buffer. */
  finish(): Buffer {
    if (this.#fieldsLeft !== 0) this.#misuse('finish')
    if (!this.#finished) {
      this.#reserve(2)
      this.#end = this.#buffer.writeInt16BE(-1, this.#end)
      this.#finished = true
    }
    return this.#buffer.subarray(0, this.#end)
  }

  #field(size: number): void {
    if (this.#fieldsLeft-- <= 0) this.#misuse('field')
    this.#reserve(size + 4)
  }

  #bytes(value: Uint8Array): void {
    this.#field(value.length)
    this.#end = this.#buffer.writeInt32BE(value.length, this.#end)
    this.#buffer.set(value, this.#end)
    this.#end += value.length
  }

  #utf8(value: string, prefix: number): void {
    this.#field(0)
    this.#sizedText(value, prefix)
  }

  #sizedText(value: string, prefix: number): void {
    const text = value.includes('\0') ? storableText(value) : value
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(5 + text.length * 3)
    const start = this.#end
    this.#end += 4
    if (prefix >= 0) this.#buffer[this.#end++] = prefix
    // Buffer.write makes U+FFFD of a lone surrogate by itself.
    this.#end += this.#buffer.write(text, this.#end, 'utf8')
    this.#buffer.writeInt32BE(this.#end - start - 4, start)
  }

  #int64(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.#end = this.#buffer.writeBigInt64BE(value, this.#end)
      return
    }
    if (!Number.isSafeInteger(value)) throw new RangeError('an int8 must be a whole number')
    // Two halves are several times faster than a BigInt.
    const high = Math.floor(value / 0x1_0000_0000)
    this.#end = this.#buffer.writeInt32BE(high, this.#end)
    this.#end = this.#buffer.writeUInt32BE(value - high * 0x1_0000_0000, this.#end)
  }

  #reserve(size: number): void {
    const needed = this.#end + size
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }

  #misuse(act: string): never {
    throw new HoldfastError('INTERNAL', `COPY row ${this.#rows}: ${act} with ${this.#fieldsLeft} fields left`)
  }
}
