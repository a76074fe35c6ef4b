/** The writer of each format. */
import { writeEml } from './eml.ts'
import type { ExportFormat, FormatWriter } from './package-file.ts'
import { writeTable } from './table.ts'

export const WRITERS: Readonly<Partial<Record<ExportFormat, FormatWriter>>> = {
  eml: writeEml,
  table: writeTable,
}
