/** An archive with messages worth exporting, and its exports made in this process and unpacked. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  ANNA,
  ARRIVAL,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  type TinyMessage,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import { openSequencer } from '../cli/sequencer.ts'
import { type Export, type NewExport, openDownload, performExport, requestExport } from '../export/export.ts'
import type { Actor } from '../identity/identity.ts'
import { type ArchiveOptions, assertComplete, type TestArchive, testArchive, testFolder } from './archive.ts'

type Context = { after(work: () => Promise<void>): void }

/** Every message with the bird's name in it, as EML, for everybody's mailboxes, with nothing around it. */
export const EVERYTHING: NewExport = {
  name: 'Matter 7',
  source: { query: 'whimbrel', runId: null, mailboxIds: null, connectorIds: null, folders: null },
  format: 'eml',
  timeZone: 'Europe/London',
  context: { type: 'none' },
  duplicates: 'suppressed',
  natives: true,
  encryption: null,
  destination: 'download',
  expiresInDays: 30,
}

/** Messages of Anna's, to Bo and to somebody else by turns. */
export const someMessages = (count: number): TinyMessage[] =>
  Array.from({ length: count }, (_, index) =>
    tinyRecord({
      id: `m${index}`,
      text: `whimbrel number ${index}`,
      from: ANNA.number,
      to: index % 2 === 0 ? BO.number : '447700900900',
      sent: new Date(ARRIVAL - 86_400_000 + index * 60_000).toISOString().replace('.000', ''),
    }),
  )

export type ExportArchive = TestArchive & {
  /** Asks for an export and makes it here and now. */
  export(change?: Partial<NewExport>, actor?: Actor): Promise<Export>
  /** The package as a file. */
  download(made: Pick<Export, 'exportId'>, actor?: Actor): Promise<string>
}

/** An archive that has these messages, its log being sequenced. */
export async function exportArchive(
  t: Context,
  messages: TinyMessage[],
  options: ArchiveOptions & { readonly change?: Partial<TestArchive['config']> } = {},
): Promise<ExportArchive> {
  const site = await startTinySite(messages)
  t.after(() => site.stop())
  const archive = await testArchive(t, options)
  const ground = { ...archive.ground, config: { ...archive.config, ...options.change } }
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  return withExports(t, { ...archive, ground })
}

/** The archive with what makes exports of it, its log being sequenced. */
export function withExports(t: Context, archive: TestArchive): ExportArchive {
  const { ground } = archive
  const sequencer = openSequencer(ground)
  t.after(() => sequencer.stop())
  return {
    ...archive,
    export: async (change = {}, actor = archive.actor) => {
      const asked = await requestExport(ground, await archive.queue(), actor, { ...EVERYTHING, ...change })
      await performExport(ground, asked.exportId, new AbortController().signal)
      return asked
    },
    download: async ({ exportId }, actor = archive.actor) => {
      const { chunks, fileName } = await openDownload(ground, actor, exportId)
      const file = join(await testFolder(), fileName)
      await writeFile(file, chunks)
      return file
    },
  }
}

/** Unpacks a package by Python's reader; answers a reader of its files. */
export async function unpacked(file: string): Promise<(path: string) => Promise<string>> {
  const folder = await testFolder()
  await promisify(execFile)('python3', ['-m', 'zipfile', '-e', file, folder])
  return path => readFile(join(folder, path), 'utf8')
}
