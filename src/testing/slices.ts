/** Slices of copies made to order: written, opened by other people's readers, and found without fault. */
import assert from 'node:assert/strict'
import type { ExportedItem, WriterSetting } from '../export/package-file.ts'
import { writeRsmf } from '../export/rsmf.ts'
import { SETTING, written } from './exported.ts'
import { findRsmfFaults, type OpenedRsmf, openRsmf } from './rsmf.ts'

/** The slices that are made of these copies, with everything else that was written. */
export async function slices(items: readonly ExportedItem[], setting: Partial<WriterSetting> = {}) {
  const { files, failed } = await written(writeRsmf(items, { ...SETTING, natives: false, ...setting }))
  const opened: (OpenedRsmf & { path: string })[] = []
  for (const [path, bytes] of files)
    if (path.endsWith('.rsmf')) opened.push({ path, ...(await openRsmf(bytes)) })
  for (const each of opened) assert.deepEqual(findRsmfFaults(each), [])
  return { files, failed, opened, paths: opened.map(each => each.path) }
}

/** The slice that is made of these copies; fails if it is not one. */
export async function onlySlice(items: readonly ExportedItem[], setting: Partial<WriterSetting> = {}) {
  const { opened } = await slices(items, setting)
  assert.equal(opened.length, 1)
  return opened[0]!
}

/** The custom values of an event by name. */
export const customOf = (event: OpenedRsmf['manifest']['events'][number]) =>
  Object.fromEntries(event.custom.map(({ name, value }) => [name, value]))
