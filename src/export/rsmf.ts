/**
 * RSMF 2.0.0 (docs/formats/rsmf.md): a conversation's day as a slice, which review tools show as the conversation it
 * was. Equal items give equal bytes, in whatever order they come: names, times and ids are of the items alone. Only
 * what the items say goes in, nothing that the mapping or the directory knows of a party.
 */
import { crc32 } from 'node:zlib'
import { HoldfastError } from '../errors.ts'
import { folderPlace, mailboxPlace } from './file-name.ts'
import { createMeasure, type MeasuredItem } from './measured-attachment.ts'
import type { ExportedItem, FormatWriter, PackageFile, WriterSetting } from './package-file.ts'
import { containerOf, dayOf } from './rsmf-container.ts'
import { sortItems } from './rsmf-event.ts'
import { manifestText } from './rsmf-manifest.ts'
import { ATTACHMENT_BYTES_MAX, MANIFEST_FILE, type Slice, slicesOf } from './rsmf-slice.ts'
import { zipOf } from './rsmf-zip.ts'
import { checkMessage, reasonOf } from './sound-message.ts'

/**
 * Writes `rsmf/<mailbox>/conversation-<id>/<day>-<id>.rsmf`, and each message under `natives/` if that is wanted. An
 * item with more attachments than a slice may have is ITEM_BEYOND_FORMAT.
 */
export const writeRsmf: FormatWriter = async function* (items, setting) {
  const measure = createMeasure()
  const sound: MeasuredItem[] = []
  for (const item of sortItems(items)) {
    try {
      const measured = await measure(item)
      if (measured.attachments.reduce((sum, each) => sum + each.size, 0) > ATTACHMENT_BYTES_MAX)
        throw new HoldfastError('ITEM_BEYOND_FORMAT', 'the attachments are larger than RSMF allows')
      if (setting.natives) await checkMessage(item)
      sound.push(measured)
    } catch (error) {
      yield { failed: item.ordinal, reason: reasonOf(error) }
    }
  }
  const slices = slicesOf(sound, setting)
  for (const [index, slice] of slices.entries())
    yield await sliceFile(slice, setting, { piece: index + 1, pieces: slices.length })
  if (setting.natives) for (const { item } of sound) yield nativeOf(item)
}

function nativeOf(item: ExportedItem): PackageFile {
  const { mailbox, folder } = item.custodian
  return {
    path: `natives/${mailboxPlace(mailbox)}/${folderPlace(folder)}/${item.itemId}.eml`,
    content: item.message ?? item.openMessage(),
    ordinals: [item.ordinal],
    messages: true,
  }
}

/** A day of more than 10,000 items has parts; what is too large for one slice has pieces. */
type Place = { readonly piece: number; readonly pieces: number }

async function sliceFile(
  slice: Slice,
  setting: WriterSetting,
  { piece, pieces }: Place,
): Promise<PackageFile> {
  const { manifest, items, mailbox } = slice
  const { part, parts, timeZone } = setting
  const labels: string[] = []
  let suffix = ''
  if (parts > 1) {
    labels.push(`part ${part} of ${parts}`)
    suffix += `-part-${part}`
  }
  if (pieces > 1) {
    labels.push(`piece ${piece} of ${pieces}`)
    suffix += `-piece-${piece}`
  }
  const text = manifestText(manifest)
  const head = { name: MANIFEST_FILE, size: text.length, checksum: crc32(text), content: text }
  const entries = [head, ...slice.attachments]
  const matches = items.filter(item => item.grade === 'match').length
  const bytes = containerOf(
    manifest,
    {
      mailbox,
      parties: slice.parties,
      custodian: slice.custodian,
      timeZone,
      part: labels.join(', '),
      matches,
      context: items.length - matches,
      items,
    },
    zipOf(entries),
  )
  const id = manifest.eventcollectionid
  const name = `${dayOf(manifest, timeZone)}-${id}${suffix}.rsmf`
  const isHeld = entries.every(entry => Buffer.isBuffer(entry.content))
  return {
    path: `rsmf/${mailboxPlace(mailbox)}/conversation-${id}/${name}`,
    content: isHeld ? Buffer.concat(await Array.fromAsync(bytes)) : bytes,
    ordinals: items.map(item => item.ordinal).sort((a, b) => a - b),
  }
}
