/**
 * Documents that are a ZIP of XML: Word, Excel and PowerPoint (ECMA-376, transitional and strict alike, since names are
 * compared without their namespace) and OpenDocument (ISO 26300). Text is told by a handful of element names; how it
 * looks is passed over.
 */
import { type Gathering, Stop, Unread } from './gathering.ts'
import { readXml } from './xml-text.ts'
import type { ZipEntry } from './zip.ts'

/** Parts of Office documents that hold what people wrote, in the order in which it is indexed. */
const OFFICE_PARTS: readonly RegExp[] = [
  /^docProps\/core\.xml$/,
  /^word\/document[^/]*\.xml$/,
  /^xl\/(workbook|sharedStrings)\.xml$/,
  /^ppt\/slides\/[^/]+\.xml$/,
  /^xl\/worksheets\/[^/]+\.xml$/,
  /^word\/(header|footer|footnotes|endnotes|comments)[^/]*\.xml$/,
  /^(xl|ppt)\/(comments|threadedComments|notesSlides)[^/]*(\/[^/]+)?\.xml$/,
  /^(word|xl|ppt)\/(charts|diagrams|drawings)\/(chart|data|drawing)[^/]*\.xml$/,
]
const EMBEDDED = /^(word|xl|ppt)\/embeddings\/[^/]+$/
const OPEN_DOCUMENT_PARTS: readonly RegExp[] = [
  /^meta\.xml$/,
  /^content\.xml$/,
  /^Object [^/]+\/content\.xml$/,
  /^styles\.xml$/,
]

type Kind = 'office' | 'open-document'

/** What kind of document the entries are, null if they are just files. */
export function kindOf(entries: readonly ZipEntry[]): Kind | null {
  const names = new Set(entries.map(entry => entry.name))
  if (names.has('[Content_Types].xml') && entries.some(entry => /^(word|xl|ppt)\//.test(entry.name)))
    return 'office'
  return names.has('content.xml') && (names.has('mimetype') || names.has('META-INF/manifest.xml'))
    ? 'open-document'
    : null
}

/** Adds the text of a document; `embedded` reads a document within it. */
export async function readOffice(
  entries: readonly ZipEntry[],
  kind: Kind,
  gathering: Gathering,
  embedded: (entry: ZipEntry) => Promise<void>,
): Promise<void> {
  if (kind === 'open-document') await refuseEncrypted(entries)
  const patterns = kind === 'office' ? OFFICE_PARTS : OPEN_DOCUMENT_PARTS
  let found = 0
  for (const pattern of patterns)
    for (const entry of entries.filter(each => pattern.test(each.name)).sort(byNumber)) {
      found++
      try {
        readPart(entry.name, await entry.read(), kind, gathering)
      } catch (error) {
        if (!(error instanceof Unread) || error instanceof Stop) throw error
        gathering.miss(error.reason)
      }
    }
  // Excel's binary workbook is of this kind too, with no XML in it.
  if (found === 0 || entries.some(entry => /^xl\/workbook\.bin$/.test(entry.name))) gathering.miss('format')
  for (const entry of entries) if (kind === 'office' && EMBEDDED.test(entry.name)) await embedded(entry)
}

/** slide2 before slide10. */
function byNumber(left: ZipEntry, right: ZipEntry): number {
  return numberOf(left.name) - numberOf(right.name)
}

function numberOf(name: string): number {
  return Number(/(\d{1,9})\.xml$/.exec(name)?.[1] ?? 0)
}

/** OpenDocument encrypts its parts and says so in the manifest (part 3, section 3.4). */
async function refuseEncrypted(entries: readonly ZipEntry[]): Promise<void> {
  const manifest = entries.find(entry => entry.name === 'META-INF/manifest.xml')
  if (manifest && (await manifest.read()).includes('encryption-data')) throw new Unread('encrypted')
}

function readPart(name: string, bytes: Buffer, kind: Kind, gathering: Gathering): void {
  if (kind === 'open-document') readOpenDocument(bytes, gathering)
  else if (name.startsWith('xl/worksheets/')) readSheet(bytes, gathering)
  else if (name === 'docProps/core.xml') readProperties(bytes, gathering)
  else readWords(bytes, gathering)
}

/** Text stands in `t` (of a word, a drawing, a formula, a shared string), `delText`, `text` (a comment), `v` (a chart). */
const TEXT_ELEMENTS = new Set(['t', 'delText', 'text', 'v'])
/** The same again for older readers, and how it is pronounced. */
const REPEATED = new Set(['Fallback', 'rPh'])
const ENDS_LINE = new Set(['p', 'si', 'br', 'cr', 'comment', 'pt', 'threadedComment'])

function readWords(bytes: Buffer, gathering: Gathering): void {
  let reading = 0
  let passing = 0
  readXml(bytes, {
    open: (name, attribute) => {
      if (REPEATED.has(name)) passing++
      if (TEXT_ELEMENTS.has(name)) reading++
      if (passing > 0) return
      if (name === 'tab') gathering.add('\t')
      else if (name === 'noBreakHyphen') gathering.add('-')
      else if (name === 'docPr' || name === 'cNvPr')
        gathering.addLine(`${attribute('title')} ${attribute('descr')}`)
      // The name of a sheet.
      else if (name === 'sheet') gathering.addLine(attribute('name'))
    },
    text: text => {
      if (reading > 0 && passing === 0) gathering.add(text)
    },
    close: name => {
      if (REPEATED.has(name)) passing--
      if (TEXT_ELEMENTS.has(name)) reading--
      if (passing === 0 && ENDS_LINE.has(name)) gathering.add('\n')
      if (name === 'tc') gathering.add('\t')
    },
  })
}

/** Cells, but those that point to a shared string: each of these is read once, however often it is shown. */
function readSheet(bytes: Buffer, gathering: Gathering): void {
  let isShared = false
  let reading = 0
  readXml(bytes, {
    open: (name, attribute) => {
      if (name === 'c') isShared = attribute('t') === 's'
      if (name === 'v' || name === 't') reading++
    },
    text: text => {
      if (reading > 0 && !isShared) gathering.add(text)
    },
    close: name => {
      if (name === 'v' || name === 't') reading--
      if (name === 'c' && !isShared) gathering.add('\t')
      if (name === 'row') gathering.add('\n')
    },
  })
}

const PROPERTIES = new Set([
  'title',
  'subject',
  'creator',
  'keywords',
  'description',
  'lastModifiedBy',
  'category',
  'keyword',
])

function readProperties(bytes: Buffer, gathering: Gathering): void {
  let reading = 0
  readXml(bytes, {
    open: name => {
      if (PROPERTIES.has(name)) reading++
    },
    text: text => {
      if (reading > 0) gathering.add(text)
    },
    close: name => {
      if (!PROPERTIES.has(name)) return
      reading--
      gathering.add('\n')
    },
  })
}

/** What is written in an OpenDocument file is what stands in paragraphs, headings and properties. */
const WRITTEN = new Set(['p', 'h', 'title', 'desc', ...PROPERTIES])

function readOpenDocument(bytes: Buffer, gathering: Gathering): void {
  let reading = 0
  readXml(bytes, {
    open: (name, attribute) => {
      if (WRITTEN.has(name)) reading++
      if (name === 'tab') gathering.add('\t')
      else if (name === 's') gathering.add(' ')
      else if (name === 'line-break') gathering.add('\n')
      else if (name === 'table') gathering.addLine(attribute('name'))
    },
    text: text => {
      if (reading > 0) gathering.add(text)
    },
    close: name => {
      if (!WRITTEN.has(name)) return
      reading--
      gathering.add('\n')
    },
  })
}
