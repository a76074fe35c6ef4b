/** The HTML of a message as a page of its own, for a frame without scripts, loads, links or forms. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { readAnatomy } from '../message/message.ts'
import { attachmentBytes } from './attachment.ts'
import { readFacts } from './facts.ts'
import { inertHtml, type Pictures } from './html.ts'
import { contentOf, findItem, type ItemRow } from './item.ts'
import { shownAs, shownType } from './media.ts'
import { recordReading } from './reading.ts'

/** What the page may do, for its Content-Security-Policy: show itself, and nothing else. */
export const HTML_PAGE_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"

const PICTURES_MAX = 30
const PICTURE_BYTES_MAX = 2 * 1024 * 1024
const PICTURES_BYTES_MAX = 8 * 1024 * 1024

/** ATTACHMENT_UNKNOWN if the message has no HTML; recorded as a reading of the message. */
export async function openHtml(
  ground: Ground,
  actor: Actor,
  itemId: string,
  words: { readonly language: string; readonly remote: string },
): Promise<string> {
  const { row } = await findItem(ground, actor, itemId, 'message.read', 'Preview')
  await recordReading(ground, actor, {
    act: 'message.read',
    subject: `item:${row.item_id}`,
    detail: { part: 'html' },
  })
  const { html, contentIds } = await readAnatomy(contentOf(ground, row, 'message'))
  if (html === null) throw new HoldfastError('ATTACHMENT_UNKNOWN', 'the message has no HTML')
  const pictures = /cid:/i.test(html) ? await readPictures(ground, row, html, contentIds) : new Map()
  return `<!doctype html><html lang="${words.language}"><meta charset="utf-8"><title>HTML</title><style>${STYLE}</style><body>${inertHtml(html, pictures, words)}</body></html>`
}

const STYLE = `body{margin:16px;font:15px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;overflow-wrap:anywhere}
img,table{max-width:100%}img{height:auto}a{color:#0b5cad;text-decoration:underline;cursor:help}
.remote{border:1px dashed #767676;color:#595959;padding:2px 6px;font-size:13px}`

async function readPictures(
  ground: Ground,
  row: ItemRow,
  html: string,
  contentIds: readonly (string | null)[],
): Promise<Pictures> {
  const { attachments } = await readFacts(ground, row, { whole: true })
  const pictures = new Map<string, string>()
  let bytes = 0
  for (const [index, contentId] of contentIds.entries()) {
    const attachment = attachments[index]
    if (contentId === null || !attachment || pictures.size >= PICTURES_MAX) continue
    if (!html.includes(contentId) && !html.includes(encodeURIComponent(contentId))) continue
    const type = shownType(attachment.contentType, attachment.name)
    if (shownAs(type) !== 'picture' || attachment.size > PICTURE_BYTES_MAX) continue
    bytes += attachment.size
    if (bytes > PICTURES_BYTES_MAX) break
    const chunks: Buffer[] = []
    for await (const chunk of attachmentBytes(ground, row, index + 1)) chunks.push(chunk)
    pictures.set(contentId, `data:${type};base64,${Buffer.concat(chunks).toString('base64')}`)
  }
  return pictures
}
