/**
 * Word's format of 1997 to 2003, field by field: a compound file (MS-CFB) of a main stream and a table stream (MS-DOC),
 * with one piece of text in UTF-16.
 */

const SECTOR = 512
/** Streams under this size would need a second allocation table. */
const STREAM_MIN = 4096
const END_OF_CHAIN = -2
const FREE = -1
const FAT = -3

const FIB_FLAGS = 0x0a
const ENCRYPTED = 0x0100
const TABLE_ONE = 0x0200
const TEXT_AT = 2048

/** A document of these paragraphs. `encrypted` sets the mark alone. */
export function makeDoc(paragraphs: readonly string[], { encrypted = false } = {}): Buffer {
  const text = paragraphs.map(each => `${each}\r`).join('')
  const main = Buffer.alloc(Math.max(STREAM_MIN, TEXT_AT + text.length * 2))
  main.writeUInt16LE(0xa5ec, 0)
  main.writeUInt16LE(0x00c1, 2)
  main.writeUInt16LE(TABLE_ONE | (encrypted ? ENCRYPTED : 0), FIB_FLAGS)
  main.writeUInt32LE(TEXT_AT, 0x18)
  main.writeUInt32LE(text.length, 0x4c)
  main.write(text, TEXT_AT, 'utf16le')
  const pieces = Buffer.alloc(21)
  pieces.writeUInt8(2, 0)
  pieces.writeUInt32LE(16, 1)
  pieces.writeUInt32LE(0, 5)
  pieces.writeUInt32LE(text.length, 9)
  pieces.writeUInt32LE(TEXT_AT, 15)
  main.writeUInt32LE(0, 0x1a2)
  main.writeUInt32LE(pieces.length, 0x1a6)
  const table = Buffer.alloc(STREAM_MIN)
  pieces.copy(table)
  return writeCompoundFile([
    ['WordDocument', main],
    ['1Table', table],
  ])
}

/** A compound file of two streams. */
function writeCompoundFile(streams: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const allocation = new Array<number>(SECTOR / 4).fill(FREE)
  allocation[0] = FAT
  allocation[1] = END_OF_CHAIN
  const directory = Buffer.alloc(SECTOR)
  writeEntry(directory, 0, 'Root Entry', 5, { child: 1, right: -1, start: END_OF_CHAIN, size: 0 })
  const sectors: Buffer[] = []
  let next = 2
  for (const [index, [name, content]] of streams.entries()) {
    const count = Math.ceil(content.length / SECTOR)
    const right = index + 1 < streams.length ? index + 2 : -1
    writeEntry(directory, index + 1, name, 2, { child: -1, right, start: next, size: content.length })
    for (let at = 0; at < count; at++) allocation[next + at] = at + 1 < count ? next + at + 1 : END_OF_CHAIN
    sectors.push(Buffer.concat([content, Buffer.alloc(count * SECTOR - content.length)]))
    next += count
  }
  const header = Buffer.alloc(SECTOR, 0xff)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.fill(0, 8, 76)
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeInt32LE(1, 44)
  header.writeInt32LE(1, 48)
  header.writeInt32LE(STREAM_MIN, 56)
  header.writeInt32LE(END_OF_CHAIN, 60)
  header.writeInt32LE(END_OF_CHAIN, 68)
  header.writeInt32LE(0, 76)
  const table = Buffer.alloc(SECTOR)
  for (const [index, value] of allocation.entries()) table.writeInt32LE(value, index * 4)
  return Buffer.concat([header, table, directory, ...sectors])
}

function writeEntry(
  directory: Buffer,
  index: number,
  name: string,
  type: number,
  place: { child: number; right: number; start: number; size: number },
): void {
  const at = index * 128
  directory.write(name, at, 'utf16le')
  directory.writeUInt16LE((name.length + 1) * 2, at + 64)
  directory.writeUInt8(type, at + 66)
  directory.writeUInt8(1, at + 67)
  directory.writeInt32LE(-1, at + 68)
  directory.writeInt32LE(place.right, at + 72)
  directory.writeInt32LE(place.child, at + 76)
  directory.writeInt32LE(place.start, at + 116)
  directory.writeInt32LE(place.size, at + 120)
}
