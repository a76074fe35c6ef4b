/**
 * mboxrd (docs/formats/export.md): the messages of a mailbox's folder one after the other, each after a line that
 * begins "From ". Lines of messages that begin so, with any number of ">" before, get one more: taking one away gives
 * every message back byte for byte.
 */
import type { ItemSource } from '../message/message.ts'
import { folderPlace, mailboxPlace } from './file-name.ts'
import type { ExportedItem, FormatWriter, UnwrittenItem } from './package-file.ts'
import { reasonOf, soundMessage } from './sound-message.ts'

/** Units of no more bytes are made at once; which these are does not depend on how messages were read. */
const HELD_MAX = 4 * 1024 * 1024
const FROM = Buffer.from('From ')
const LINE_FEED = Buffer.from('\n')
const QUOTE = Buffer.from('>')

/** Writes `mbox/<mailbox>/<folder>-0001.mbox` and so on, one for each unit. */
export const writeMbox: FormatWriter<ItemSource> = async function* (items, setting) {
  const first = items[0]
  if (!first) return
  const { mailbox, folder } = first.custodian
  const number = String(setting.part).padStart(4, '0')
  const path = `mbox/${mailboxPlace(mailbox)}/${folderPlace(folder)}-${number}.mbox`
  const failed: UnwrittenItem[] = []
  const sorted = items.toSorted((a, b) => a.ordinal - b.ordinal)
  const content = messagesOf(sorted, failed)
  const size = items.reduce((sum, item) => sum + item.messageSize, 0)
  if (size > HELD_MAX) yield { path, content, ordinals: sorted.map(item => item.ordinal), messages: true }
  else {
    const bytes = Buffer.concat(await Array.fromAsync(content))
    const lost = new Set(failed.map(each => each.failed))
    const ordinals = sorted.map(item => item.ordinal).filter(ordinal => !lost.has(ordinal))
    if (ordinals.length > 0) yield { path, content: bytes, ordinals, messages: true }
  }
  yield* failed
}

async function* messagesOf(
  items: readonly ExportedItem<ItemSource>[],
  failed: UnwrittenItem[],
): AsyncGenerator<Buffer> {
  for (const item of items) {
    let message: Buffer | AsyncIterable<Buffer>
    try {
      message = await soundMessage(item)
    } catch (error) {
      failed.push({ failed: item.ordinal, reason: reasonOf(error) })
      continue
    }
    yield Buffer.from(`From MAILER-DAEMON ${envelopeDate(item.sentAt ?? item.arrivedAt)}\n`, 'latin1')
    let last = 0
    for await (const piece of quoted(Buffer.isBuffer(message) ? [message] : message)) {
      if (piece.length > 0) last = piece.at(-1)!
      yield piece
    }
    if (last !== 10) yield LINE_FEED
    yield LINE_FEED
  }
}

/** As asctime of C writes it, in UTC: `Wed Jul  1 10:00:00 2026`. */
function envelopeDate(time: Date): string {
  const [weekday, day, month, year, clock] = time.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`
}

/** The bytes with one ">" more where a line begins with any number of them and "From ". */
async function* quoted(content: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Whether nothing but ">" stands between the beginning of the line and here.
  let open = true
  let held: Buffer = Buffer.alloc(0)
  for await (const piece of content) {
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece])
    const end = bytes.length - beginningAtEnd(bytes)
    yield quotedPiece(bytes.subarray(0, end), open)
    open = isOpen(bytes, end, open)
    held = Buffer.from(bytes.subarray(end))
  }
  yield held
}

/** The same of one piece, which does not end within "From ". */
function quotedPiece(bytes: Buffer, open: boolean): Buffer {
  const parts: Buffer[] = []
  let given = 0
  for (let at = bytes.indexOf(FROM); at >= 0; at = bytes.indexOf(FROM, at + FROM.length)) {
    if (!isOpen(bytes, at, open)) continue
    parts.push(bytes.subarray(given, at), QUOTE)
    given = at
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(given)])
}

function isOpen(bytes: Buffer, at: number, before: boolean): boolean {
  let start = at
  while (start > 0 && bytes[start - 1] === 62) start--
  return start === 0 ? before : bytes[start - 1] === 10
}

/** How many of the last bytes may go on to be "From ". */
function beginningAtEnd(bytes: Buffer): number {
  for (let length = Math.min(FROM.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(FROM.subarray(0, length))) return length
  return 0
}
