/** Lines of a Concordance load file, in UTF-8: the fields in their order, and values that cannot break a row. */

const FIELDS = [
  'BEGDOC',
  'ENDDOC',
  'BEGATTACH',
  'ENDATTACH',
  'PARENTDOC',
  'ATTACHCOUNT',
  'CUSTODIAN',
  'ALLCUSTODIANS',
  'FOLDER',
  'GRADE',
  'CONVERSATION',
  'GROUPNAME',
  'DOCTYPE',
  'DIRECTION',
  'FROM',
  'TO',
  'CC',
  'BCC',
  'SUBJECT',
  'DATESENT',
  'TIMESENT',
  'UTCOFFSET',
  'SENTUTC',
  'ARRIVEDUTC',
  'ARCHIVEDUTC',
  'DATESORT',
  'CALLSTATUS',
  'CALLSECONDS',
  'AMENDMENT',
  'FLAGS',
  'ITEMID',
  'SOURCEID',
  'VERSIONOF',
  'FILENAME',
  'FILEEXT',
  'FILESIZE',
  'SHA256HASH',
  'MD5HASH',
  'NATIVEPATH',
  'TEXTPATH',
] as const

/** Fields that are left out are empty. */
export type DatRow = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>

const SEPARATOR = '\x14'
const QUALIFIER = 'þ'
/** Stands for a line break within a value. */
const BREAK = '®'

export function datHeader(): string {
  return lineOf(FIELDS)
}

export function datLine(row: DatRow): string {
  return lineOf(FIELDS.map(field => row[field] ?? ''))
}

function lineOf(values: readonly string[]): string {
  return `${values.map(value => `${QUALIFIER}${safe(value)}${QUALIFIER}`).join(SEPARATOR)}\r\n`
}

/**
 * A value between its qualifiers. "þ" is a letter of Icelandic and is doubled, as readers that know of it at all
 * expect; "®" would be read as a line break and is written out; what no text has becomes U+FFFD.
 */
function safe(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value
  return value
    .toWellFormed()
    .replaceAll(BREAK, '(R)')
    .replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g, BREAK)
    .replace(/[^\P{Cc}\t]/gu, '\ufffd')
    .replaceAll(QUALIFIER, QUALIFIER + QUALIFIER)
}
