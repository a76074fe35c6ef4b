/** The attachments of a slice by names of their own, as its manifest and its zip have them. */
import { distinctName, extensionOf, fileName } from './file-name.ts'
import type { MeasuredItem } from './measured-attachment.ts'
import type { ExportedItem } from './package-file.ts'
import type { RsmfAttachment } from './rsmf-manifest.ts'
import type { ZipEntry } from './rsmf-zip.ts'

type NamedAttachments = {
  readonly of: (item: ExportedItem) => readonly RsmfAttachment[]
  readonly entries: readonly ZipEntry[]
}

/** Gives each attachment of a slice a name of its own at the root of its zip; it is shown by the name that it came with. */
export function nameAttachments(items: readonly MeasuredItem[], reserved: string): NamedAttachments {
  const taken = new Map([[reserved, 1]])
  const named = new Map<ExportedItem, RsmfAttachment[]>()
  const entries: ZipEntry[] = []
  for (const { item, attachments } of items) {
    const list: RsmfAttachment[] = []
    for (const { number, name, size, checksum, content } of attachments) {
      const id = distinctName(fileName(name, `attachment-${number}${extensionOf(name)}`), taken)
      list.push({ id, display: name === '' ? id : name.toWellFormed(), size })
      entries.push({ name: id, size, checksum, content })
    }
    named.set(item, list)
  }
  return { of: item => named.get(item) ?? [], entries }
}
