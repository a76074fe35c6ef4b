/** Small documents as programs write them, made byte by byte for tests: PDF, Office, OpenDocument. */
import { deflateSync } from 'node:zlib'
import { writeZip, type ZipPart } from './zip-writer.ts'

/** A PDF (ISO 32000-1) with a page for each text, in Helvetica; compressed as most are. */
export function makePdf(pages: readonly string[], title = ''): Buffer {
  const objects: (string | Buffer)[] = []
  const add = (body: string | Buffer) => objects.push(body)
  add('<</Type/Catalog/Pages 2 0 R>>')
  add(
    `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, index) => `${5 + index * 2} 0 R`).join(' ')}]>>`,
  )
  add('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>')
  add(`<</Title(${title})>>`)
  for (const [index, text] of pages.entries()) {
    add(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${6 + index * 2} 0 R>>`,
    )
    const lines = text.split('\n').map(line => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`)
    const stream = deflateSync(Buffer.from(`BT /F1 12 Tf 14 TL 72 770 Td ${lines.join(' ')} ET`, 'latin1'))
    add(
      Buffer.concat([
        Buffer.from(`<</Length ${stream.length}/Filter/FlateDecode>>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    )
  }
  return writePdf(objects)
}

/** The file of these objects, numbered from 1: the first is the catalogue, the fourth the properties. */
export function writePdf(objects: readonly (string | Buffer)[]): Buffer {
  const chunks: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let at = chunks[0]!.length
  const offsets: number[] = []
  for (const [index, body] of objects.entries()) {
    offsets.push(at)
    const chunk = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1'),
      Buffer.from('\nendobj\n'),
    ])
    chunks.push(chunk)
    at += chunk.length
  }
  const table = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  chunks.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 4 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(chunks)
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const part = (name: string, content: string): ZipPart => ({ name, content: Buffer.from(XML + content) })
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A Word document; each paragraph is given as its runs. `more` adds parts. */
export function makeDocx(paragraphs: readonly (readonly string[])[], more: readonly ZipPart[] = []): Buffer {
  const body = paragraphs
    .map(
      runs =>
        `<w:p>${runs.map(run => `<w:r><w:t xml:space="preserve">${escaped(run)}</w:t></w:r>`).join('')}</w:p>`,
    )
    .join('')
  return writeZip([
    part('[Content_Types].xml', '<Types/>'),
    part(
      'word/document.xml',
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
    ...more,
  ])
}

/** An Excel workbook of one sheet. Texts are shared strings, as Excel writes them. */
export function makeXlsx(rows: readonly (readonly (string | number)[])[], sheet = 'Sheet1'): Buffer {
  const strings: string[] = []
  const cells = rows.map(
    row =>
      `<row>${row
        .map(value =>
          typeof value === 'number'
            ? `<c><v>${value}</v></c>`
            : `<c t="s"><v>${strings.push(value) - 1}</v></c>`,
        )
        .join('')}</row>`,
  )
  return writeZip([
    part('[Content_Types].xml', '<Types/>'),
    part(
      'xl/workbook.xml',
      `<workbook><sheets><sheet name="${escaped(sheet)}" sheetId="1"/></sheets></workbook>`,
    ),
    part(
      'xl/sharedStrings.xml',
      `<sst>${strings.map(text => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
    ),
    part('xl/worksheets/sheet1.xml', `<worksheet><sheetData>${cells.join('')}</sheetData></worksheet>`),
  ])
}

/** A PowerPoint presentation: a title and notes for each slide. */
export function makePptx(slides: readonly { readonly title: string; readonly notes: string }[]): Buffer {
  const words = (text: string) =>
    `<p:sld xmlns:p="p" xmlns:a="a"><p:txBody><a:p><a:r><a:t>${escaped(text)}</a:t></a:r></a:p></p:txBody></p:sld>`
  return writeZip([
    part('[Content_Types].xml', '<Types/>'),
    ...slides.flatMap(({ title, notes }, index) => [
      part(`ppt/slides/slide${index + 1}.xml`, words(title)),
      part(`ppt/notesSlides/notesSlide${index + 1}.xml`, words(notes)),
    ]),
    part('ppt/slideLayouts/slideLayout1.xml', words('Click to edit the title')),
  ])
}

/** An OpenDocument text. */
export function makeOdt(paragraphs: readonly string[], manifest = '<manifest/>'): Buffer {
  return writeZip([
    { name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.text'), method: 0 },
    part('META-INF/manifest.xml', manifest),
    part(
      'meta.xml',
      '<office:document-meta xmlns:office="o" xmlns:dc="d"><dc:title>A title</dc:title></office:document-meta>',
    ),
    part(
      'content.xml',
      `<office:document-content xmlns:office="o" xmlns:text="t"><office:automatic-styles>styles</office:automatic-styles><office:body>${paragraphs.map(text => `<text:p>${escaped(text)}<text:tab/>after<text:s/>all</text:p>`).join('')}</office:body></office:document-content>`,
    ),
  ])
}
