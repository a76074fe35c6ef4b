/**
 * Transfer decoders (RFC 2045 section 6) that take a body in pieces of any size and give the same bytes however it
 * was cut. Broken input decodes as far as it can, and says so.
 */
import type { TransferEncoding } from './mime.ts'

export type Decoder = {
  /** Decoded bytes of this piece; may be a view of it. */
  push(piece: Buffer): Buffer
  /** What is left at the end. */
  end(): Buffer
  readonly defective: boolean
}

const EMPTY = Buffer.alloc(0)

export function createDecoder(encoding: TransferEncoding): Decoder {
  if (encoding === 'base64') return new Base64Decoder()
  return encoding === 'quoted-printable' ? new QuotedPrintableDecoder() : identity
}

const identity: Decoder = Object.freeze({
  push: (piece: Buffer) => piece,
  end: () => EMPTY,
  defective: false,
})

/** Padding ends a unit, wherever it stands: some mailers pad every line. Other characters are passed over. */
class Base64Decoder implements Decoder {
  defective = false
  #rest = ''

  push(piece: Buffer): Buffer {
    const raw = piece.toString('latin1')
    const text = raw.replace(/[^A-Za-z0-9+/=]+/g, '')
    if (!this.defective && /[^A-Za-z0-9+/=\s]/.test(raw)) this.defective = true
    if (!text.includes('=')) return this.#take(text)
    const units = text.split(/=+/)
    const parts: Buffer[] = []
    for (const [index, unit] of units.entries()) {
      parts.push(this.#take(unit))
      if (index < units.length - 1) parts.push(this.#flush())
    }
    return Buffer.concat(parts)
  }

  end(): Buffer {
    return this.#flush()
  }

  #take(text: string): Buffer {
    const whole = this.#rest + text
    const aligned = whole.length - (whole.length % 4)
    this.#rest = whole.slice(aligned)
    return aligned === 0
      ? EMPTY
      : Buffer.from(aligned === whole.length ? whole : whole.slice(0, aligned), 'base64')
  }

  #flush(): Buffer {
    const rest = this.#rest
    this.#rest = ''
    // One character is six bits, not a byte.
    if (rest.length === 1) this.defective = true
    return rest.length < 2 ? EMPTY : Buffer.from(rest, 'base64')
  }
}

/** Soft line breaks vanish, `=XX` decodes, anything else stands for itself. Line ends stay as they came. */
class QuotedPrintableDecoder implements Decoder {
  defective = false
  #rest: Buffer = EMPTY

  push(piece: Buffer): Buffer {
    const whole = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece
    this.#rest = EMPTY
    return this.#decode(whole, false)
  }

  end(): Buffer {
    const whole = this.#rest
    this.#rest = EMPTY
    return this.#decode(whole, true)
  }

  #decode(input: Buffer, last: boolean): Buffer {
    let at = input.indexOf(61)
    if (at < 0) return input
    const output = Buffer.allocUnsafe(input.length)
    let from = 0
    let size = 0
    while (at >= 0) {
      size += input.copy(output, size, from, at)
      const high = nibble(input[at + 1])
      const low = nibble(input[at + 2])
      if (high >= 0 && low >= 0) {
        output[size++] = (high << 4) | low
        from = at + 3
      } else {
        const end = blankEnd(input, at + 1)
        // What this `=` means may be decided by bytes that have not come yet.
        if (!last && (at + 2 >= input.length || (end === input.length && end - at <= BLANKS_MAX))) {
          this.#rest = Buffer.from(input.subarray(at))
          return output.subarray(0, size)
        }
        if (end === input.length ? end - at <= BLANKS_MAX : input[end] === 10)
          from = Math.min(end + 1, input.length)
        else {
          this.defective = true
          output[size++] = 61
          from = at + 1
        }
      }
      at = input.indexOf(61, from)
    }
    size += input.copy(output, size, from)
    return output.subarray(0, size)
  }
}

/** A soft break may be padded by gateways, but not without end: lines are at most 998 characters. */
const BLANKS_MAX = 998

/** The first byte from `from` on that is no CR, SP or HTAB. */
function blankEnd(input: Buffer, from: number): number {
  let end = from
  const most = Math.min(input.length, from + BLANKS_MAX)
  while (end < most && (input[end] === 13 || input[end] === 32 || input[end] === 9)) end++
  return end
}

function nibble(code: number | undefined): number {
  if (code === undefined) return -1
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  return code >= 97 && code <= 102 ? code - 87 : -1
}
