/** Reads a document of any format, and those within it. Runs in the confined process alone (child.ts). */
import { readContentLines } from './content-lines.ts'
import { formatOf, HEAD_SIZE } from './format.ts'
import { Gathering, Stop, Unread } from './gathering.ts'
import { readHtml } from './html-text.ts'
import { readMail } from './mail.ts'
import { kindOf, readOffice } from './office.ts'
import type { Described, Extracted, Limits, UnreadReason } from './outcome.ts'
import { readPlainText } from './plain-text.ts'
import { readRtf } from './rtf.ts'
import { listEntries, type ZipEntry } from './zip.ts'

/** The text of an attachment, within the limits. Never rejects; what does not end is the caller's to end. */
export async function readDocument(described: Described, bytes: Buffer, limits: Limits): Promise<Extracted> {
  const gathering = new Gathering(limits)
  try {
    await readAt(described, bytes, gathering, 0)
  } catch (error) {
    gathering.miss(reasonOf(error))
  }
  return gathering.result()
}

/** Reads a document; what is wrong with it is noted, and only a limit of the whole attachment is thrown. */
async function readAt(
  described: Described,
  bytes: Buffer,
  gathering: Gathering,
  depth: number,
): Promise<void> {
  try {
    gathering.enter(depth)
    await readFormat(described, bytes, gathering, depth)
  } catch (error) {
    if (error instanceof Stop) throw error
    gathering.miss(reasonOf(error))
  }
}

function reasonOf(error: unknown): UnreadReason {
  if (error instanceof Unread) return error.reason
  // Either the stack was too small for what lies within each other, or a buffer could not be had.
  if (error instanceof RangeError) return /call stack/.test(error.message) ? 'too-deep' : 'memory'
  return 'damaged'
}

async function readFormat(
  described: Described,
  bytes: Buffer,
  gathering: Gathering,
  depth: number,
): Promise<void> {
  const { charset } = described
  if (bytes.length === 0) return
  const inner = async (within: Described, content: Buffer) => {
    await readAt(within, content, gathering, depth + 1)
    gathering.add('\n')
  }
  switch (formatOf(described, bytes.subarray(0, HEAD_SIZE))) {
    case 'plain':
      return readPlainText(bytes, charset, gathering)
    case 'html':
      return readHtml(bytes, charset, gathering)
    case 'lines':
      return readContentLines(bytes, charset, gathering)
    case 'rtf':
      return readRtf(bytes, gathering)
    case 'mail':
      return readMail(bytes, gathering, inner)
    case 'zip':
      return readZip(bytes, gathering, inner)
    // The larger readers are loaded when they are first needed.
    case 'pdf': {
      const { readPdf } = await import('./pdf.ts')
      return readPdf(bytes, gathering, inner)
    }
    case 'ole': {
      const { readCompoundFile } = await import('./word.ts')
      return readCompoundFile(bytes, gathering)
    }
    case 'media':
      throw new Unread('media')
    case 'encrypted':
      throw new Unread('encrypted')
    case 'unknown':
      throw new Unread('format')
  }
}

async function readZip(
  bytes: Buffer,
  gathering: Gathering,
  inner: (described: Described, content: Buffer) => Promise<void>,
): Promise<void> {
  const entries = await listEntries(bytes, gathering)
  const open = async (entry: ZipEntry) => {
    try {
      await inner(
        { name: entry.name, contentType: 'application/octet-stream', charset: null },
        await entry.read(),
      )
    } catch (error) {
      if (error instanceof Stop) throw error
      gathering.miss(reasonOf(error))
    }
  }
  const kind = kindOf(entries)
  if (kind !== null) return readOffice(entries, kind, gathering, open)
  for (const entry of entries) {
    // Of a file in an archive its name is told as well.
    gathering.add(`${entry.name}\n`)
    await open(entry)
  }
}
