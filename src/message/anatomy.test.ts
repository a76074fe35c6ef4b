import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { readAnatomy, readEmail, streamAttachment } from './message.ts'

const MAIL = Buffer.from(
  [
    'Subject: =?utf-8?B?w4VzYQ==?=',
    'X-Folded: one',
    ' two',
    'Content-Type: multipart/related; boundary=r',
    '',
    '--r',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    'Content-Type: text/plain',
    '',
    'plain',
    '--a',
    'Content-Type: text/html; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>=C5sa</p>',
    '--a--',
    '--r',
    'Content-Type: image/png; name=a.png',
    'Content-ID: <logo@x>',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('picture one').toString('base64'),
    '--r',
    'Content-Type: application/pdf; name=b.pdf',
    'Content-Disposition: attachment',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.alloc(5000, 'pdf').toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--r--',
    '',
  ].join('\r\n'),
)

async function* pieces(size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < MAIL.length; at += size) yield MAIL.subarray(at, at + size)
}

test('a mail is taken apart alike however it is cut', async () => {
  const { attachments } = await readEmail(MAIL, { network: '', arrivedAt: new Date(0), sourceItemId: null })
  for (const size of [1, 7, 100, MAIL.length]) {
    const { headers, html, contentIds } = await readAnatomy(pieces(size))
    assert.deepEqual(headers.slice(0, 2), [
      ['subject', 'Åsa'],
      ['x-folded', 'one two'],
    ])
    assert.equal(html, '<p>Åsa</p>')
    assert.deepEqual(contentIds, ['logo@x', null])
    for (const [number, attachment] of attachments.entries())
      assert.deepEqual(await buffer(streamAttachment(pieces(size), number)), attachment.content, `${size}`)
    assert.equal((await buffer(streamAttachment(pieces(size), 2))).length, 0)
  }
})
