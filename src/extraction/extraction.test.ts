/** Each format by a document made here, and each reason by one that gives it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeDocx, makeOdt, makePdf, makePptx, makeXlsx, writePdf } from '../testing/documents.ts'
import { mail } from '../testing/sample-mail.ts'
import { makeDoc } from '../testing/word-document.ts'
import { writeZip } from '../testing/zip-writer.ts'
import { type Extracted, openAttachmentReader } from './extraction.ts'

const reader = openAttachmentReader()
after(() => reader.close())

type Said = { name?: string; contentType?: string; charset?: string; pieces?: number }

async function read(content: Buffer | string, said: Said = {}): Promise<Extracted> {
  const bytes = Buffer.from(content)
  const reading = reader.begin({
    name: said.name ?? '',
    contentType: said.contentType ?? 'application/octet-stream',
    charset: said.charset ?? null,
    size: bytes.length,
  })
  const step = said.pieces ?? bytes.length
  for (let at = 0; at < bytes.length; at += step) await reading.push(bytes.subarray(at, at + step))
  return reading.end()
}

/** The words, one space between. */
async function words(content: Buffer | string, said: Said = {}): Promise<string> {
  const { text, reason } = await read(content, said)
  assert.equal(reason, null)
  return text.split(/\s+/).filter(Boolean).join(' ')
}

const zip = (files: Readonly<Record<string, Buffer | string>>) =>
  writeZip(Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })))

test('plain text is read in the charset that it says, or that it is', async () => {
  assert.equal(await words('naïve café', { contentType: 'text/plain' }), 'naïve café')
  assert.equal(await words(Buffer.from([0x63, 0x61, 0x66, 0xe9]), { contentType: 'text/plain' }), 'café')
  assert.equal(
    await words(Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]), { charset: 'windows-1251' }),
    'Привет',
  )
  assert.equal(await words(Buffer.from('\ufeffГод', 'utf16le')), 'Год')
  assert.equal(await words(Buffer.from('no mark at all', 'utf16le')), 'no mark at all')
  assert.equal(
    await words(Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]), { charset: 'Shift_JIS' }),
    'テスト',
  )
  assert.equal(await words('a,b\n"c d",e', { contentType: 'text/csv' }), 'a,b "c d",e')
  assert.equal(await words('{"key":"value"}', { name: 'x.json' }), '{"key":"value"}')
  assert.equal(await words('', { contentType: 'text/plain' }), '')
  // A charset that nobody knows is none.
  assert.equal(await words('plain', { charset: 'x-unheard-of' }), 'plain')
})

test('a letter that is cut between two pieces is one letter', async () => {
  const text = 'åäö€😀'.repeat(20_000)
  for (const pieces of [1_001, 64 * 1024 + 1])
    assert.equal((await read(text, { contentType: 'text/plain', pieces })).text, text)
})

test('of HTML its reader sees the text, the title and what stands for pictures', async () => {
  const page = `<!DOCTYPE html><html><head><title>Price &amp; list</title><meta charset="utf-8">
    <style>p{color:red}</style><script>var hidden = "<p>not this</p>"</script></head>
    <body><p>Half a w<b>ord</b></p><p>Next<br>line</p><img src=x alt='a "chart" of sales'>
    <template>unseen</template><a href="https://example.com/" title="tip&lt;">link</a><!-- comment --></body></html>`
  assert.equal(
    await words(page, { contentType: 'text/html' }),
    'Price & list Half a word Next line a "chart" of sales tip< link',
  )
  const latin = Buffer.from('<html><meta charset=iso-8859-1><p>caf\xe9', 'latin1')
  assert.equal(await words(latin), 'café')
  assert.equal(await words('<svg xmlns="x"><title>Plan</title><text>Room</text></svg>'), 'Plan Room')
})

test('cards and calendars are read by their values, unfolded and decoded', async () => {
  const card = [
    'BEGIN:VCARD',
    'VERSION:2.1',
    'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=85str=C3=B6m;Ann=',
    'a',
    'item1.ORG:Kestrel Harbour\\, Ltd;Sales',
    'NOTE:folded over',
    '  two lines\\nand a third',
    'PHOTO;ENCODING=BASE64;TYPE=JPEG:AAAABBBB',
    ' CCCCDDDD',
    '',
    'TEL;CELL:+447700900123',
    'END:VCARD',
  ].join('\r\n')
  assert.equal(
    await words(card, { name: 'anna.vcf' }),
    'Åström Anna Kestrel Harbour, Ltd Sales folded over two lines and a third +447700900123',
  )
  const calendar = [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:1234@example.com',
    'SUMMARY;LANGUAGE=en:Board meeting',
    'ORGANIZER;CN="Susan, Lee":mailto:susan@example.com',
    'DTSTART:20261126T100000Z',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\n')
  assert.equal(
    await words(calendar, { contentType: 'text/calendar' }),
    'Board meeting Susan, Lee susan@example.com 20261126T100000Z',
  )
})

test('a PDF is read page by page, with its title', async () => {
  const { text, reason } = await read(makePdf(['First page\nof two', 'Second (page)'], 'A title'))
  assert.equal(reason, null)
  assert.deepEqual(text.split('\n').filter(Boolean), ['A title', 'First page', 'of two', 'Second (page)'])
})

test('pages that are pictures have no text, and say so', async () => {
  assert.deepEqual(await read(makePdf([''])), { text: '', reason: 'media' })
})

test('a PDF whose letters need tables that it does not hold is told', async () => {
  const font =
    '<</Type/Font/Subtype/Type0/BaseFont/Ryumin/Encoding/90ms-RKSJ-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>>>]>>'
  const stream = 'BT /F1 12 Tf 72 700 Td <8365835883 67> Tj ET'
  const { reason } = await read(
    writePdf([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Count 1/Kids[5 0 R]>>',
      font,
      '<<>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 6 0 R>>',
      `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    ]),
  )
  assert.ok(reason === 'format' || reason === 'damaged', String(reason))
})

test('Word, Excel and PowerPoint documents are read, a word in several runs as one', async () => {
  const more = [
    {
      name: 'word/footnotes.xml',
      content: Buffer.from('<w:footnotes xmlns:w="w"><w:p><w:t>A note</w:t></w:p></w:footnotes>'),
    },
    { name: 'word/styles.xml', content: Buffer.from('<w:t xmlns:w="w">Heading</w:t>') },
    { name: 'docProps/core.xml', content: Buffer.from('<c xmlns:dc="d"><dc:title>The title</dc:title></c>') },
  ]
  assert.equal(
    await words(makeDocx([['Conf', 'ident', 'ial'], ['Tom & Jerry <3']], more)),
    'The title Confidential Tom & Jerry <3 A note',
  )
  assert.equal(
    await words(
      makeXlsx(
        [
          ['Name', 'Sum'],
          ['Anna', 1234.5],
        ],
        'Budget',
      ),
    ),
    'Budget Name Sum Anna 1234.5',
  )
  assert.equal(
    await words(
      makePptx([
        { title: 'Strategy', notes: 'Say it slowly' },
        { title: 'Thanks', notes: '' },
      ]),
    ),
    'Strategy Thanks Say it slowly',
  )
})

test('a document within a document is read as well', async () => {
  const inner = makeXlsx([['embedded words']])
  assert.match(
    await words(makeDocx([['outside']], [{ name: 'word/embeddings/Sheet1.xlsx', content: inner }])),
    /outside.*embedded words/,
  )
})

test('OpenDocument is read in paragraphs', async () => {
  assert.equal(await words(makeOdt(['Hello & you'])), 'A title Hello & you after all')
})

test('a document of Word 97 is read, and one under a password is told', async () => {
  assert.equal(
    await words(makeDoc(['First paragraph', 'Zweiter Absatz: Größe'])),
    'First paragraph Zweiter Absatz: Größe',
  )
  assert.equal((await read(makeDoc(['secret'], { encrypted: true }))).reason, 'encrypted')
})

test('RTF is read in its code pages and in Unicode, without what is for machines', async () => {
  const rtf =
    '{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil Arial;}{\\f1\\fcharset204 Times;}{\\f2\\fcharset128 Mincho;}}' +
    '{\\*\\generator Riched20;}{\\info{\\title A title}{\\author Anna}}{\\colortbl;\\red0;}' +
    "\\f0 Caf\\'e9 \\u8364 ?uro{\\b bold}\\par\\f1 \\'cf\\'f0\\'e8\\f2 \\'83\\'65\\'83\\'58\\f0\\uc2\\u20013 ab{\\pict 0a0b0c}\\'7d\\emdash\\{end\\}}"
  assert.equal(await words(rtf), 'A title Anna Café €urobold Приテス中}—{end}')
  assert.deepEqual(await read('{\\rtf1 cut {\\b off'), { text: 'cut off', reason: 'damaged' })
})

test('a mail within a mail is read with who it is from and what is attached to it', async () => {
  const inner = mail({
    text: 'the body',
    files: [
      {
        head: 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="offer.pdf"',
        content: makePdf(['inner pdf']),
      },
    ],
  })
  const text = await words(inner, { contentType: 'message/rfc822' })
  for (const word of ['Anna Berg', 'the body', 'offer.pdf', 'inner pdf']) assert.ok(text.includes(word), word)
})

test('an archive is read with its files and their names', async () => {
  const bytes = zip({
    'notes/plan.txt': 'the plan',
    'letter.docx': makeDocx([['dear sir']]),
    'more.zip': zip({ 'deep.txt': 'deeper' }),
  })
  const text = await words(bytes)
  for (const word of ['notes/plan.txt', 'the plan', 'dear sir', 'deeper'])
    assert.ok(text.includes(word), word)
})

test('what is inside decides, not what it is called', async () => {
  assert.equal(
    await words(makeDocx([['really word']]), { name: 'x.txt', contentType: 'text/plain' }),
    'really word',
  )
  assert.equal(await words('just text', { name: 'x.pdf', contentType: 'application/pdf' }), 'just text')
  assert.equal(await words('BEGIN:VCARD\nFN:Bo\nEND:VCARD', { contentType: 'text/plain' }), 'Bo')
})

test('what cannot be read says why', async () => {
  const reasonOf = async (content: Buffer | string, said: Said = {}) => (await read(content, said)).reason
  assert.equal(await reasonOf(Buffer.from('89504e470d0a1a0a0000000d', 'hex')), 'media')
  assert.equal(await reasonOf(Buffer.from('0000001866747970336770350000', 'hex')), 'media')
  assert.equal(await reasonOf(Buffer.from('#!AMR\n\0\x01\x02\x03')), 'media')
  assert.equal(
    await reasonOf(Buffer.from([0, 1, 2, 3, 0, 1, 2]), { contentType: 'audio/x-unheard' }),
    'media',
  )
  assert.equal(await reasonOf(Buffer.from([0, 1, 2, 3, 0, 1, 2])), 'format')
  assert.equal(await reasonOf('-----BEGIN PGP MESSAGE-----\n\nabc'), 'encrypted')
  assert.equal(await reasonOf('%PDF-1.7\nnothing'), 'damaged')
  assert.equal(await reasonOf(Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(100)])), 'damaged')
  assert.equal(
    await reasonOf(writeZip([{ name: 'a.txt', content: Buffer.from('x'), flags: 0x0801 }])),
    'encrypted',
  )
  assert.equal(await reasonOf(makeOdt(['x'], '<m><encryption-data/></m>')), 'encrypted')
  const compound = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)])
  assert.equal(await reasonOf(compound), 'format')
  assert.equal(
    await reasonOf(Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')])),
    'encrypted',
  )
  // Beside what could be read.
  const mixed = await read(zip({ 'a.txt': 'legible', 'b.png': Buffer.from('89504e470d0a1a0a', 'hex') }))
  assert.equal(mixed.reason, 'media')
  assert.match(mixed.text, /legible/)
  const broken = await read(
    makeDocx([['before']], [{ name: 'word/header1.xml', content: Buffer.from('<w:p><w:t>half</w:t>') }]),
  )
  assert.deepEqual([broken.text.trim(), broken.reason], ['before\nhalf', 'damaged'])
})
