/** Encryption of a package, as a stream, into a file of age (https://age-encryption.org/v1). */
import { ReadableStream } from 'node:stream/web'
import type { Ground } from '../ground.ts'
import { type ExportRow, openPassPhrase } from './stored-export.ts'

/** The encrypted package. Its file key is random: two passes never give the same bytes. */
export async function encrypted(
  ground: Ground,
  row: ExportRow,
  content: AsyncIterable<Buffer>,
): Promise<AsyncIterable<Buffer>> {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  if (row.encryption === 'recipient') encrypter.addRecipient(row.recipient!)
  else encrypter.setPassphrase(openPassPhrase(ground, row))
  const stream = await encrypter.encrypt(ReadableStream.from<Uint8Array>(content) as never)
  return buffersOf(stream as unknown as AsyncIterable<Uint8Array>)
}

async function* buffersOf(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
}
