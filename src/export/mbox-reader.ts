/**
 * Takes the messages out of an mbox file of a package (mboxrd, as docs/formats/export.md has it): a line that begins
 * `From `, the message with one more `>` before each line that begins `>`… `From `, and an empty line. How long each
 * message was is known from elsewhere; what is beyond is what was put after it.
 */
import { createHash } from 'node:crypto'

const LINE_FEED = 0x0a
/** `From ` at the beginning of a line, with any number of `>` before it. */
const QUOTED = /^>+From /
const LINE_HELD_MAX = 64 * 1024

/** The digest of a message's first `size` bytes, and whether nothing but the line ends after it were beyond. */
type MboxMessage = { readonly digest: Buffer; readonly whole: boolean }

export type MboxReader = {
  /** The next message, whose size is known; null at the end of the file. */
  next(size: number): Promise<MboxMessage | null>
  /** Whether there is a further message. */
  more(): Promise<boolean>
  close(): Promise<void>
}

export function readMbox(content: AsyncIterable<Buffer>): MboxReader {
  const lines = piecesOf(content)[Symbol.asyncIterator]()
  let ahead: IteratorResult<Piece> | null = null
  const peek = async () => (ahead ??= await lines.next())
  const take = async () => {
    const piece = await peek()
    ahead = null
    return piece
  }
  const isStart = (piece: IteratorResult<Piece>) =>
    !piece.done && piece.value.begins && piece.value.bytes.subarray(0, 5).toString('latin1') === 'From '
  return {
    more: async () => !(await peek()).done,
    next: async size => {
      const first = await take()
      if (first.done) return null
      let whole = isStart(first)
      // What follows on the line of the envelope.
      while (!(await peek()).done && !(await peek()).value!.begins) await take()
      const digest = createHash('sha256')
      let left = size
      let beyond = ''
      for (let piece = await peek(); !piece.done && !isStart(piece); piece = await peek()) {
        await take()
        const { bytes, begins } = piece.value
        const unquoted =
          begins && QUOTED.test(bytes.subarray(0, LINE_HELD_MAX).toString('latin1'))
            ? bytes.subarray(1)
            : bytes
        const own = unquoted.subarray(0, left)
        digest.update(own)
        left -= own.length
        if (unquoted.length > own.length && beyond.length < 8)
          beyond += unquoted.subarray(own.length, own.length + 8).toString('latin1')
      }
      if (left > 0 || !/^\n{1,2}$/.test(beyond)) whole = false
      return { digest: digest.digest(), whole }
    },
    close: async () => {
      await lines.return?.(undefined)
    },
  }
}

/** A line with its line feed, or a piece of a long one; `begins` if it is the beginning of one. */
type Piece = { readonly bytes: Buffer; readonly begins: boolean }

async function* piecesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let held: Buffer = Buffer.alloc(0)
  let begins = true
  for await (const chunk of content) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let from = 0
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
      yield { bytes: bytes.subarray(from, end + 1), begins }
      begins = true
      from = end + 1
    }
    held = Buffer.from(bytes.subarray(from))
    if (held.length < LINE_HELD_MAX) continue
    // So long a line is no quoted one any more once its beginning was looked at.
    yield { bytes: held, begins }
    begins = false
    held = Buffer.alloc(0)
  }
  if (held.length > 0) yield { bytes: held, begins }
}
