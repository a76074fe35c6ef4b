/** Reads JSON from a package: lines of bounded length, each checked by its schema before anything is made of it. */
import type { z } from 'zod'
import { HoldfastError } from '../errors.ts'

const LINE_MAX = 1024 * 1024

/** The lines of a file, parsed. PACKAGE_INVALID names the first that is not what the layout says. */
export async function* readLines<Shape extends z.ZodType>(
  name: string,
  content: AsyncIterable<Buffer>,
  shape: Shape,
): AsyncGenerator<z.infer<Shape>> {
  let number = 0
  for await (const line of linesOf(name, content)) yield parseJson(`${name}, line ${++number}`, line, shape)
}

/** A JSON text of the package. PACKAGE_INVALID if it is none, or not of this shape. */
export function parseJson<Shape extends z.ZodType>(
  where: string,
  text: string,
  shape: Shape,
): z.infer<Shape> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new HoldfastError('PACKAGE_INVALID', `${where} is not JSON`)
  }
  const read = shape.safeParse(json)
  if (read.success) return read.data
  const member = read.error.issues[0]?.path.join('.') || 'the object'
  throw new HoldfastError('PACKAGE_INVALID', `${where} is not as the layout says: ${member.slice(0, 100)}`)
}

async function* linesOf(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = []
  let heldSize = 0
  for await (const chunk of content) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      const piece = chunk.subarray(from, end)
      demandShort(name, heldSize + piece.length)
      yield held.length === 0 ? piece.toString() : Buffer.concat([...held, piece]).toString()
      held = []
      heldSize = 0
      from = end + 1
    }
    if (from === chunk.length) continue
    held.push(Buffer.from(chunk.subarray(from)))
    heldSize += chunk.length - from
    demandShort(name, heldSize)
  }
  if (heldSize > 0) throw new HoldfastError('PACKAGE_INVALID', `the last line of ${name} is cut off`)
}

function demandShort(name: string, size: number): void {
  if (size > LINE_MAX)
    throw new HoldfastError('PACKAGE_INVALID', `${name} has a line of more than ${LINE_MAX} bytes`)
}
