/**
 * Turns a split mail into its parts with postal-mime reading each leaf: any charset, format=flowed (RFC 3676), HTML as
 * text, file names in RFC 2231 and in the forms mailers make up. For every mail the quick reader does not take.
 */
import PostalMime, { type Email } from 'postal-mime'
import type { Attachment } from './item.ts'
import { type Header, headerOf, type MailParts, parseStructured } from './mime.ts'
import type { Leaf, SplitMail } from './splitter.ts'
import { oneLine, unixLines } from './text.ts'

/** What a split mail says. */
export async function readSplitMail(mail: SplitMail): Promise<MailParts> {
  const attachments: Attachment[] = []
  const texts: { leaf: Leaf; text: string }[] = []
  let isRead = true
  for (const leaf of mail.leaves) {
    if (leaf.isText) {
      const text = await textOf(leaf)
      if (text === null) isRead = false
      texts.push({ leaf, text: trimEnd(unixLines(text ?? leaf.content?.toString('utf8') ?? '')) })
    } else {
      const { name, contentType } = await namesOf(leaf.headers)
      const { size, digest, content } = leaf
      attachments.push({ name, contentType, size, digest, content, contentId: null })
    }
  }
  const { headers, defective, truncated } = mail
  const text = trimEnd(chosen(texts).join('\n'))
  return { headers, text, attachments, defective: defective || !isRead, truncated }
}

/** Line ends that close a MIME part are not what anyone wrote. */
export function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--
  return end === text.length ? text : text.slice(0, end)
}

/** Of a multipart/alternative the plain text, unless there is none in it (RFC 2046 section 5.1.4: the same content). */
function chosen(texts: readonly { leaf: Leaf; text: string }[]): string[] {
  const plain = new Set<number>()
  for (const { leaf, text } of texts) if (!leaf.isHtml && text.trim() !== '') plain.add(leaf.alternative)
  return texts
    .filter(
      ({ leaf, text }) =>
        text !== '' && !(leaf.isHtml && leaf.alternative > 0 && plain.has(leaf.alternative)),
    )
    .map(({ text }) => text)
}

const LIMITS = Object.freeze({ maxNestingDepth: 4, maxRfc822NestingDepth: 0, forceRfc822Attachments: true })

async function textOf(leaf: Leaf): Promise<string | null> {
  if (!leaf.content || leaf.content.length === 0) return ''
  // Decoded already; base64 carries any charset to the parser unharmed.
  const type = headerOf(leaf.headers, 'content-type')
  const part = `${type === null ? '' : `Content-Type: ${type}\r\n`}Content-Transfer-Encoding: base64\r\n\r\n${leaf.content.toString('base64')}`
  if (!leaf.isHtml) {
    const mail = await parse(part)
    if (!mail) return null
    return mail.text ?? (mail.attachments.length === 0 ? '' : null)
  }
  // An HTML part beside an empty plain one comes out as text.
  const mail = await parse(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\r\n--b\r\n${part}\r\n--b--\r\n`,
  )
  return mail ? (mail.text ?? '').replace(/^\n+/, '') : null
}

/** The name and type of an attachment by its headers, '' and application/octet-stream where they give none. */
async function namesOf(headers: readonly Header[]): Promise<{ name: string; contentType: string }> {
  const type = headerOf(headers, 'content-type')
  const disposition = headerOf(headers, 'content-disposition')
  const mail = await parse(
    `${type === null ? '' : `Content-Type: ${type}\r\n`}${disposition === null ? '' : `Content-Disposition: ${disposition}\r\n`}\r\nx`,
  )
  const attachment = mail?.attachments[0]
  return {
    name: oneLine(attachment?.filename ?? ''),
    contentType: mediaType(attachment?.mimeType ?? (type === null ? '' : parseStructured(type).value)),
  }
}

async function parse(mail: string): Promise<Email | null> {
  try {
    return await PostalMime.parse(mail, LIMITS)
  } catch {
    return null
  }
}

/** A media type of RFC 6838's letters, or the type of anything. */
export function mediaType(value: string): string {
  const text = value.trim().toLowerCase()
  return text.length <= 255 && /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/.test(text)
    ? text
    : 'application/octet-stream'
}
