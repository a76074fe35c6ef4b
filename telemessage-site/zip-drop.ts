/**
 * TeleMessage's ZIP drop: archives of EML files with an `.mf` manifest, by the rules of docs/formats/telemessage-zip.md.
 * Each archive is written under a name that a watcher does not look at and renamed when it is whole.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { Item } from './item.ts'
import { DAY } from './schedule.ts'

export type ZipDrop = {
  /** An archive is closed at this many messages; 2,000 if left out. */
  readonly messagesMax?: number
  /** … or once its messages have this many bytes; 100 MiB if left out. */
  readonly bytesMax?: number
}

type Entry = { readonly item: Item; readonly size: number; bytes(): Iterable<Buffer> }

/** Writes the archives; resolves to their paths in order. */
export async function writeZips(
  entries: Iterable<Entry>,
  folder: string,
  now: number,
  options: ZipDrop,
): Promise<string[]> {
  const { messagesMax = 2000, bytesMax = 100 * 1024 * 1024 } = options
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  let batch: Entry[] = []
  let bytes = 0
  let day = -1
  let fileNumber = 0
  const close = async () => {
    if (batch.length === 0) return
    fileNumber++
    paths.push(await writeZip(batch, folder, day, fileNumber, now))
    batch = []
    bytes = 0
  }
  for (const entry of entries) {
    const arrivalDay = Math.floor(entry.item.arrival / DAY)
    if (arrivalDay !== day || batch.length >= messagesMax || bytes >= bytesMax) await close()
    if (arrivalDay !== day) fileNumber = 0
    day = arrivalDay
    batch.push(entry)
    bytes += entry.size
  }
  await close()
  return paths
}

const stamp = (time: number, length: number): string =>
  new Date(time).toISOString().replace(/[-T:]/g, '').slice(0, length)

async function writeZip(
  entries: readonly Entry[],
  folder: string,
  day: number,
  fileNumber: number,
  now: number,
): Promise<string> {
  const name = `${stamp(day * DAY, 8)}0000-TeleMessage_${fileNumber}_${stamp(now, 14)}`
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(join(folder, `${name}.part`)))
  const names = entries.map(({ item }, index) => `${item.id === '' ? 'item' : item.id}_${index + 1}.eml`)
  const manifest = `Count: ${entries.length}\r\n${names.map(file => `${file}\r\n`).join('')}`
  zip.addBuffer(Buffer.from(manifest), `${name}.mf`, { mtime: new Date(now) })
  for (const [index, entry] of entries.entries())
    zip.addReadStreamLazy(names[index]!, { mtime: new Date(entry.item.arrival) }, give =>
      give(null, Readable.from(entry.bytes(), { objectMode: false })),
    )
  zip.end()
  await written
  const path = join(folder, `${name}.zip`)
  await rename(join(folder, `${name}.part`), path)
  return path
}
