/**
 * Writes ZIP archives (PKWARE APPNOTE 6.3) field by field, so that a test can get any of them wrong. Sound archives
 * come from it as well, but tests of those use a library's writer.
 */
import { crc32, deflateRawSync } from 'node:zlib'

export type ZipPart = {
  readonly name: string
  readonly content: Buffer
  /** 8 (deflate) if left out. */
  readonly method?: number
  readonly flags?: number
  readonly checksum?: number
  /** The uncompressed size that the headers state. */
  readonly size?: number
  /** The upper half of the external attributes: UNIX mode. */
  readonly mode?: number
  /** The name in the entry's own header, when it is to differ. */
  readonly localName?: string
  /** Points at the bytes of the entry before it. */
  readonly overlaps?: boolean
}

export function writeZip(parts: readonly ZipPart[]): Buffer {
  const chunks: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  let before = 0
  for (const part of parts) {
    const method = part.method ?? 8
    const packed = method === 8 ? deflateRawSync(part.content) : part.content
    const fields = (offset: number, header: Buffer) => {
      header.writeUInt16LE(20, offset)
      header.writeUInt16LE(part.flags ?? 0x0800, offset + 2)
      header.writeUInt16LE(method, offset + 4)
      header.writeUInt32LE(part.checksum ?? crc32(part.content), offset + 10)
      header.writeUInt32LE(packed.length, offset + 14)
      header.writeUInt32LE(part.size ?? part.content.length, offset + 18)
    }
    const place = part.overlaps ? before : at
    if (!part.overlaps) {
      const name = Buffer.from(part.localName ?? part.name)
      const header = Buffer.alloc(30)
      header.writeUInt32LE(0x04034b50, 0)
      fields(4, header)
      header.writeUInt16LE(name.length, 26)
      chunks.push(header, name, packed)
      before = at
      at += header.length + name.length + packed.length
    }
    const name = Buffer.from(part.name)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE((3 << 8) | 20, 4)
    fields(6, central)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(((part.mode ?? 0) << 16) >>> 0, 38)
    central.writeUInt32LE(place, 42)
    directory.push(central, name)
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...chunks, ...directory, end])
}

/** A manifest that lists `names` and counts them, or says `count`. */
export function manifestOf(names: readonly string[], count = names.length): Buffer {
  return Buffer.from(`Count: ${count}\r\n${names.map(name => `${name}\r\n`).join('')}`)
}

/** The parts of a sound delivery of `emails`. */
export function delivery(emails: Readonly<Record<string, string | Buffer>>): ZipPart[] {
  return [
    { name: 'delivery.mf', content: manifestOf(Object.keys(emails)) },
    ...Object.entries(emails).map(([name, content]) => ({ name, content: Buffer.from(content) })),
  ]
}
