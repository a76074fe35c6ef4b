/**
 * SHA-256 for the hot path. `crypto.hash` with a Buffer result makes an ArrayBuffer each time, which costs more than
 * the hashing (0.9 against 0.45 µs for 200 bytes) and again when it is collected; a string of one character a byte,
 * copied into pooled memory, does not. A dozen of these are made for every item.
 */
import { hash } from 'node:crypto'

/** The digest, 32 bytes. */
export function sha256(content: Buffer): Buffer {
  return Buffer.from(hash('sha256', content, 'binary'), 'latin1')
}

/** Writes the digest, 32 bytes, into `target` from `at`. */
export function sha256Into(content: Buffer, target: Buffer, at: number): void {
  target.write(hash('sha256', content, 'binary'), at, 'latin1')
}
