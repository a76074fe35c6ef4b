/** EML: each copy is a file, the message's bytes as they were archived, in its mailbox's folder. */
import type { ItemSource } from '../message/message.ts'
import { folderPlace, mailboxPlace } from './file-name.ts'
import type { Copy, FormatWriter } from './package-file.ts'

/** Writes `messages/<mailbox>/<folder>/<time>-<kind>-<item id>.eml`: stable, and nothing of what a message says. */
export const writeEml: FormatWriter<ItemSource> = async function* (items) {
  const folders = new Map<string, string>()
  for (const item of items) {
    const { mailbox, folder } = item.custodian
    const place = `${mailbox}\0${folder}`
    let path = folders.get(place)
    if (path === undefined) {
      path = `messages/${mailboxPlace(mailbox)}/${folderPlace(folder)}/`
      folders.set(place, path)
    }
    yield {
      path: `${path}${messageName(item)}.eml`,
      content: item.message ?? item.openMessage(),
      ordinals: [item.ordinal],
      messages: true,
    }
  }
}

/** When it was sent and which it is: `20261101-081502Z-sms-<item id>`; `undated` where it has no possible time. */
function messageName({ itemId, kind, sentAt }: Copy): string {
  const digits = sentAt?.toISOString().replaceAll(/\D/g, '')
  const time = digits ? `${digits.slice(0, 8)}-${digits.slice(8, 14)}Z` : 'undated'
  return `${time}-${kind}-${itemId}`
}
