/**
 * A mail as those see it who look into it: its header in words, its HTML, the Content-IDs by which that HTML shows
 * attachments (RFC 2392), and one attachment as a stream. By the same splitter as every reader here, so attachments
 * have the numbers that the facts give them.
 */
import { decodeWords } from 'postal-mime'
import { type Header, headerOf, parseStructured } from './mime.ts'
import { MimeSplitter } from './splitter.ts'
import { wellFormed } from './text.ts'

export type Anatomy = {
  /** Every field of the header in order: name in lower case, value unfolded, encoded words decoded. */
  readonly headers: readonly Header[]
  /** The text/html of the body; null if there is none. */
  readonly html: string | null
  /** For each attachment its Content-ID without brackets; null if it has none. */
  readonly contentIds: readonly (string | null)[]
}

/** Takes a mail apart as it streams by; no attachment is held. Rejects only if the stream does. */
export async function readAnatomy(mail: AsyncIterable<Buffer>): Promise<Anatomy> {
  const splitter = new MimeSplitter(false)
  for await (const piece of mail) splitter.push(piece)
  const { headers, leaves } = splitter.end()
  const html = leaves.filter(leaf => leaf.isText && leaf.isHtml && leaf.content !== null)
  return {
    headers: headers.map(([name, value]) => [name, wellFormed(decodeWords(value))] as const),
    html: html.length === 0 ? null : html.map(leaf => decodeText(leaf.content!, leaf.headers)).join('\n'),
    contentIds: leaves
      .filter(leaf => !leaf.isText)
      .map(leaf => headerOf(leaf.headers, 'content-id')?.replace(/^\s*<|>\s*$/g, '') || null),
  }
}

function decodeText(content: Buffer, headers: readonly Header[]): string {
  const charset = parseStructured(headerOf(headers, 'content-type') ?? '').parameters.get('charset')
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(content)
  } catch {
    // A charset that nobody knows.
    return new TextDecoder().decode(content)
  }
}

/** The decoded bytes of the attachment with this number, from 0, as the mail streams by; none if it has no such. */
export async function* streamAttachment(mail: AsyncIterable<Buffer>, number: number): AsyncIterable<Buffer> {
  const pieces: Buffer[] = []
  let passed = false
  const splitter = new MimeSplitter(false, (index, bytes) => {
    if (index === number) pieces.push(Buffer.from(bytes))
    else if (index > number) passed = true
  })
  for await (const piece of mail) {
    splitter.push(piece)
    yield* pieces.splice(0)
    if (passed) return
  }
  splitter.end()
  yield* pieces
}

type AttachmentPiece = {
  /** From 0. */
  readonly number: number
  /** As its header names it. */
  readonly charset: string | null
  readonly bytes: Buffer
}

/** The decoded bytes of every attachment that has any, one after the other, as the mail streams by. */
export async function* streamAttachments(mail: AsyncIterable<Buffer>): AsyncIterable<AttachmentPiece> {
  const pieces: AttachmentPiece[] = []
  const splitter = new MimeSplitter(false, (number, bytes, headers) => {
    const charset = parseStructured(headerOf(headers, 'content-type') ?? '').parameters.get('charset') ?? null
    pieces.push({ number, charset, bytes: Buffer.from(bytes) })
  })
  for await (const piece of mail) {
    splitter.push(piece)
    yield* pieces.splice(0)
  }
  splitter.end()
  yield* pieces
}
