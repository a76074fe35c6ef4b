/** How parent and child speak over a pipe: one letter, the length (32 bits, big-endian), and so many bytes. */

type Frame = { readonly letter: string; readonly bytes: Buffer }

const HEADER = 5

export function writeFrame(letter: string, bytes: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER + bytes.length)
  frame.write(letter, 'latin1')
  frame.writeUInt32BE(bytes.length, 1)
  bytes.copy(frame, HEADER)
  return frame
}

/** Takes a stream apart into frames; null from `push` where one is longer than allowed. */
export class FrameReader {
  readonly #bytesMax: number
  #pieces: Buffer[] = []
  #length = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The frames that are complete with this piece. */
  push(piece: Buffer): Frame[] | null {
    this.#pieces.push(piece)
    this.#length += piece.length
    const frames: Frame[] = []
    while (this.#length >= HEADER) {
      const header = this.#front(HEADER)
      const size = header.readUInt32BE(1)
      if (size > this.#bytesMax) return null
      if (this.#length < HEADER + size) break
      const whole = this.#front(HEADER + size)
      frames.push({ letter: whole.toString('latin1', 0, 1), bytes: whole.subarray(HEADER, HEADER + size) })
      this.#pieces[0] = whole.subarray(HEADER + size)
      this.#length -= HEADER + size
    }
    return frames
  }

  /** The first piece, with so many bytes at least. */
  #front(bytes: number): Buffer {
    if (this.#pieces[0]!.length < bytes) this.#pieces = [Buffer.concat(this.#pieces)]
    return this.#pieces[0]!
  }
}
