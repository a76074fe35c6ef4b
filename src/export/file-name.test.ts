import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distinctName, extensionOf, fileName, folderPlace, mailboxPlace } from './file-name.ts'

test('a name becomes one component that no file system refuses, with its extension', () => {
  const names: [string, string][] = [
    ['photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\temp\\a?.txt', 'C_temp_a_.txt'],
    ['.hidden', 'hidden'],
    ['con.txt', '_con.txt'],
    ['COM1', '_COM1'],
    ['com².txt', '_com².txt'],
    ['nul .txt', '_nul.txt'],
    ['console.txt', 'console.txt'],
    ['gnp\u202e.exe', 'gnp_.exe'],
    ['a\u0000b\nc', 'a_b_c'],
    ['ends. ', 'ends'],
    ['', 'none'],
    ['...', 'none'],
    ['///', 'none'],
    ['\ud800', 'none'],
    ['Ålesund 写真.png', 'Ålesund 写真.png'],
  ]
  for (const [name, expected] of names) assert.equal(fileName(name, 'none'), expected, JSON.stringify(name))
})

test('a long name is cut between characters', () => {
  const name = fileName(`${'写'.repeat(200)}.jpeg`, 'none')
  assert.match(name, /^写+\.jpeg$/)
  assert.ok(Buffer.byteLength(name) <= 120 && Buffer.byteLength(name) > 110)
  assert.equal(Buffer.byteLength(fileName('x'.repeat(500), 'none', 80)), 80)
  assert.equal(fileName(`${'x'.repeat(78)}. ${'y'.repeat(20)}`, 'none', 80), 'x'.repeat(78))
})

test('names are told apart whatever their case, and many alike take no longer', () => {
  const taken = new Map<string, number>()
  const names = ['a.jpg', 'A.JPG', 'a-2.jpg', 'a.jpg', 'b', 'b', 'a-2.jpg']
  assert.deepEqual(
    names.map(name => distinctName(name, taken)),
    ['a.jpg', 'A-2.JPG', 'a-2-2.jpg', 'a-3.jpg', 'b', 'b-2', 'a-2-3.jpg'],
  )
  const many = new Map<string, number>()
  const distinct = Array.from({ length: 20_000 }, () => distinctName('image.jpg', many))
  assert.equal(new Set(distinct.map(name => name.toLowerCase())).size, 20_000)
})

test('an extension is plain, or there is none', () => {
  assert.deepEqual(
    ['a.JPG', 'a', 'a.b c', '.jpg', 'a.ⅷ', 'archive.tar.gz', `a.${'x'.repeat(40)}`].map(extensionOf),
    ['.jpg', '', '', '', '', '.gz', ''],
  )
})

test('places of mailboxes and folders are never those of others', () => {
  assert.equal(mailboxPlace('anna@example.com'), 'anna@example.com')
  assert.notEqual(mailboxPlace('a/b@example.com'), mailboxPlace('a_b@example.com'))
  assert.notEqual(folderPlace('x'.repeat(100)), folderPlace('x'.repeat(101)))
  assert.ok(mailboxPlace('x'.repeat(300)).length <= 80)
})
