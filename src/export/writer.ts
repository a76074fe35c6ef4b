/** The writer of each format, with what it wants to know of the items. */
import { type FactsReading, SOURCE_ALONE, WHOLE_FACTS } from '../archive/archive.ts'
import type { ItemSource } from '../message/message.ts'
import { writeDat } from './dat.ts'
import { writeEml } from './eml.ts'
import type { Load } from './loading.ts'
import { writeMbox } from './mbox.ts'
import type { ExportFormat, FormatWriter } from './package-file.ts'
import { writeRsmf } from './rsmf.ts'
import { writeTable } from './table.ts'
import { type SegmentWriting, type UnitSetting, writeUnits } from './unit-writing.ts'

type SegmentWriter = (load: Load, setting: UnitSetting, offset: number) => SegmentWriting

/** Writes the units of a segment in each format; `offset` is how many bytes of the ZIP there are before. */
export const WRITERS: Readonly<Record<ExportFormat, SegmentWriter>> = {
  eml: writerOf(writeEml, SOURCE_ALONE),
  mbox: writerOf(writeMbox, SOURCE_ALONE),
  rsmf: writerOf(writeRsmf, WHOLE_FACTS),
  dat: writerOf(writeDat, WHOLE_FACTS),
  table: writerOf(writeTable, WHOLE_FACTS),
}

function writerOf<Facts extends ItemSource>(
  writer: FormatWriter<Facts>,
  reading: FactsReading<Facts>,
): SegmentWriter {
  return (load, setting, offset) => writeUnits(writer, reading, load, setting, offset)
}
