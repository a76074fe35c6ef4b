/** The writer of each format. */
import { writeDat } from './dat.ts'
import { writeEml } from './eml.ts'
import { writeMbox } from './mbox.ts'
import type { ExportFormat, FormatWriter } from './package-file.ts'
import { writeRsmf } from './rsmf.ts'
import { writeTable } from './table.ts'

export const WRITERS: Readonly<Record<ExportFormat, FormatWriter>> = {
  eml: writeEml,
  mbox: writeMbox,
  rsmf: writeRsmf,
  dat: writeDat,
  table: writeTable,
}
