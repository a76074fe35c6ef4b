/**
 * TeleMessage's ZIP drop as a source: archives that TeleMessage's SFTP delivery puts into a folder we watch
 * (docs/formats/telemessage-zip.md). A page is a slice of one archive; the cursor is `<archive>#<next e-mail>`, or
 * `<archive>#end`. An archive is checked whole before its first page; a bad one is set aside whole with a report.
 *
 * Promise: no archive is deleted or changed; one that arrived is read, set aside, or still in the folder.
 */
import { access, constants, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from 'yauzl'
import type { Clock } from '../../clock.ts'
import { HoldfastError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import type { Source, SourceContent, SourcePage, SourceWindow } from '../contract.ts'
import { openArchive, ZIP_LIMITS, type ZipArchive, type ZipLimits, ZipRefusal } from './archive.ts'
import {
  ARCHIVE_NAME,
  type DroppedFile,
  describeFile,
  listArchives,
  moveToDone,
  moveToRefused,
} from './folder.ts'
import { formatZipPage, readHeader, type ZipPageEntry } from './page.ts'
import { arrivalOf, formatCursor, guard, guardAll, parseCursor } from './place.ts'

export type ZipDropOptions = {
  readonly folder: string
  readonly network: string
  /** E-mails over this many bytes are ITEM_TOO_LARGE; without it the archive's own limits bound them. */
  readonly contentSizeMax?: number
  /** E-mails in a page, at most 1000. */
  readonly pageItems?: number
  /** How long a file must have been still to count as uploaded, ms. */
  readonly settle?: number
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Partial<ZipLimits>
}

/** As for the site: larger e-mails are streamed. */
const INLINE_BYTES_MAX = 256 * 1024
const PAGE_BYTES_MAX = 8 * 1024 * 1024
const PAGE_ITEMS_MAX = 1000
const SETTLE = 10_000
/** Part of every item's identity, so it must not change when the folder is moved. */
const ACCOUNT_ID = 'telemessage-zip-drop'

/** Looks at nothing yet. */
export function openZipDrop(options: ZipDropOptions): Source {
  const drop = new ZipDrop(options)
  return {
    probe: () => drop.probe(),
    async *users() {},
    count: (window, signal) => guard(() => drop.count(window, signal)),
    pages: (window, cursor, signal) => guardAll(drop.pages(window, cursor, signal)),
    content: (contentId, signal) => guardAll(drop.content(contentId, signal)),
    acknowledge: cursor => guard(() => drop.acknowledge(cursor)),
    close: async () => {},
  }
}

class ZipDrop {
  readonly #options: ZipDropOptions
  readonly #limits: ZipLimits
  /** Numbers of e-mails of archives found good, by name and version: counting does not unpack them again. */
  readonly #counts = new Map<string, number>()
  /** The archive whose page is being staged: its large e-mails are asked for meanwhile. */
  #reading: { name: string; archive: ZipArchive } | null = null
  /** Archives read in full, waiting to be acknowledged. */
  readonly #read = new Map<string, { file: DroppedFile; window: SourceWindow }>()

  constructor(options: ZipDropOptions) {
    this.#options = options
    this.#limits = { ...ZIP_LIMITS, ...options.limits }
  }

  async probe() {
    const { folder, network, clock } = this.#options
    const found = await stat(folder).catch(() => null)
    if (!found?.isDirectory()) throw new HoldfastError('SOURCE_INVALID', 'the watched folder is not there')
    // Archives are moved within it, so reading is not enough.
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch(error => {
      throw new HoldfastError('SOURCE_INVALID', 'the watched folder cannot be read and written', {
        cause: error,
      })
    })
    return {
      accountId: ACCOUNT_ID,
      accountName: 'TeleMessage ZIP drop',
      networks: [network],
      demonstration: false,
      siteNow: new Date(clock.now()),
    }
  }

  async count(window: SourceWindow, signal: AbortSignal): Promise<number> {
    let sum = 0
    for (const file of await listArchives(this.#options.folder, window)) {
      const known = this.#counts.get(keyOf(file))
      if (known !== undefined) {
        sum += known
        continue
      }
      const archive = await this.#open(file, signal)
      if (!archive) continue
      archive.close()
      sum += archive.emails.length
    }
    return sum
  }

  async *pages(window: SourceWindow, cursor: string | null, signal: AbortSignal): AsyncGenerator<SourcePage> {
    const start = parseCursor(cursor)
    for (const file of await listArchives(this.#options.folder, window)) {
      signal.throwIfAborted()
      if (start && file.name < start.name) continue
      if (start && file.name === start.name && start.next === 'end') {
        // The cursor moved past it and the program stopped before it could be acknowledged.
        this.#read.set(file.name, { file, window })
        await this.acknowledge(formatCursor(file.name, 'end'))
        continue
      }
      const archive = await this.#open(file, signal)
      if (!archive) continue
      try {
        const first = start && file.name === start.name && start.next !== 'end' ? start.next : 0
        this.#reading = { name: file.name, archive }
        yield* this.#pagesOf(archive, file, window, first, signal)
      } finally {
        this.#reading = null
        archive.close()
      }
    }
  }

  async *#pagesOf(
    archive: ZipArchive,
    file: DroppedFile,
    window: SourceWindow,
    first: number,
    signal: AbortSignal,
  ): AsyncGenerator<SourcePage> {
    const { emails } = archive
    const itemsMax = Math.min(this.#options.pageItems ?? PAGE_ITEMS_MAX, PAGE_ITEMS_MAX)
    for (let next = first; next < emails.length; ) {
      const entries: ZipPageEntry[] = []
      const contents: SourceContent[] = []
      let bytes = 0
      while (next < emails.length && entries.length < itemsMax) {
        signal.throwIfAborted()
        const email = emails[next]!
        const name = email.fileName
        const arrivedAt = arrivalOf(email, file)
        const inline = email.uncompressedSize <= INLINE_BYTES_MAX
        if (inline && entries.length > 0 && bytes + email.uncompressedSize > PAGE_BYTES_MAX) break
        if (inline) {
          const eml = await readWhole(archive, email)
          bytes += eml.length
          entries.push({ name, arrivedAt, eml })
        } else {
          const contentId = formatCursor(file.name, next)
          const header = readHeader(await readStart(archive, email))
          entries.push({ name, arrivedAt, contentId, ...header })
          contents.push({ contentId, size: email.uncompressedSize })
        }
        next += 1
      }
      if (next === emails.length) this.#read.set(file.name, { file, window })
      const head = { archive: file.name, sha256: archive.sha256 }
      yield {
        bytes: formatZipPage(head, entries),
        cursor: formatCursor(file.name, next === emails.length ? 'end' : next),
        items: entries.length,
        contents,
      }
    }
  }

  async *content(contentId: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const missing = () =>
      new HoldfastError('SITE_CONTENT_MISSING', 'the archive with this e-mail is no longer there')
    const place = parseCursor(contentId)
    if (!place || place.next === 'end' || !ARCHIVE_NAME.test(place.name)) throw missing()
    if (this.#reading?.name === place.name) {
      yield* this.#stream(this.#reading.archive, place.next, signal)
      return
    }
    const { folder } = this.#options
    const file =
      (await describeFile(join(folder, place.name), 'inbox')) ??
      (await describeFile(join(folder, 'done', place.name), 'done'))
    if (!file) throw missing()
    const archive = await openArchive(file.path, this.#limits, signal)
    try {
      yield* this.#stream(archive, place.next, signal)
    } finally {
      archive.close()
    }
  }

  async *#stream(
    archive: ZipArchive,
    index: number,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer, void, undefined> {
    const email = archive.emails[index]
    if (!email) throw new HoldfastError('SITE_CONTENT_MISSING', 'the archive has no such e-mail')
    const sizeMax = this.#options.contentSizeMax ?? Number.POSITIVE_INFINITY
    if (email.uncompressedSize > sizeMax)
      throw new HoldfastError('ITEM_TOO_LARGE', `the e-mail is larger than ${sizeMax} bytes`)
    for await (const chunk of archive.read(email)) {
      signal.throwIfAborted()
      yield chunk
    }
  }

  async acknowledge(cursor: string): Promise<void> {
    const place = parseCursor(cursor)
    if (!place) return
    for (const [name, { file, window }] of this.#read) {
      if (name > place.name || (name === place.name && place.next !== 'end')) continue
      await moveToDone(this.#options.folder, file, window)
      this.#read.delete(name)
      const moved = await describeFile(join(this.#options.folder, 'done', name), 'done')
      const count = this.#counts.get(keyOf(file))
      if (moved && count !== undefined) this.#counts.set(keyOf(moved), count)
    }
  }

  /** The archive, checked; null when it was set aside, is still being uploaded, or has gone. */
  async #open(file: DroppedFile, signal: AbortSignal): Promise<ZipArchive | null> {
    if (file.place === 'inbox' && !(await this.#hasSettled(file, signal))) {
      this.#options.log.info(
        { archive: file.name },
        'an archive is still being uploaded and is left for the next run',
      )
      return null
    }
    try {
      if (!ARCHIVE_NAME.test(file.name)) {
        const mend = 'Name it YYYYMMDD0000-TeleMessage_<number>_<time zipped>.zip, as TeleMessage does.'
        throw new ZipRefusal([{ where: 'the name', what: 'is not of the documented form', mend }])
      }
      const archive = await openArchive(file.path, this.#limits, signal)
      this.#counts.set(keyOf(file), archive.emails.length)
      return archive
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      if (!(error instanceof ZipRefusal)) throw error
      if (file.place === 'done')
        throw new HoldfastError('ZIP_REFUSED', `an archive in done/ was damaged: ${file.name}`)
      const report = await moveToRefused(
        this.#options.folder,
        file,
        error.problems,
        new Date(this.#options.clock.now()),
      )
      this.#options.log.warn(
        { archive: file.name, problems: error.problems.length, report },
        'an archive was set aside',
      )
      return null
    }
  }

  /** True once size and date have not changed for a while. */
  async #hasSettled(file: DroppedFile, signal: AbortSignal): Promise<boolean> {
    const settle = this.#options.settle ?? SETTLE
    const { clock } = this.#options
    const found = await stat(file.path).catch(() => null)
    if (found && clock.now() - Math.max(found.mtimeMs, found.ctimeMs) >= settle) return true
    await clock.sleep(settle, signal)
    return (await describeFile(file.path, 'inbox'))?.version === file.version
  }
}

const keyOf = (file: DroppedFile) => `${file.name}/${file.version}`

async function readWhole(archive: ZipArchive, email: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of archive.read(email)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function readStart(archive: ZipArchive, email: Entry): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of archive.read(email)) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= 65_536) break
  }
  return Buffer.concat(chunks)
}
