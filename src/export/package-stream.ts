/** The bytes of a package as its segments hold them, from anywhere to anywhere, opened as they are read. */
import type { KeyObject } from 'node:crypto'
import type { Ground } from '../ground.ts'
import { readPart, type Segment } from './segment.ts'
import type { Joint } from './unit-writing.ts'

/** The package's bytes from `from` up to `to`. */
export async function* packageStream(
  ground: Pick<Ground, 'storage'>,
  key: KeyObject,
  segments: readonly Segment[],
  from: number,
  to: number,
): AsyncIterable<Buffer> {
  let at = 0
  for (const segment of segments) {
    if (at >= to) return
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, segment.zipSize)]
    at += segment.zipSize
    if (start < end) yield* zipBytes(ground, key, segment, start, end)
  }
}

/** Without the stretches of the body that are parts of joined files: those are elsewhere in the package. */
async function* zipBytes(
  ground: Pick<Ground, 'storage'>,
  key: KeyObject,
  segment: Segment,
  from: number,
  to: number,
): AsyncIterable<Buffer> {
  let at = 0
  let start = 0
  const stretches: [number, number][] = []
  for (const joint of await readJoints(ground, key, segment)) {
    stretches.push([start, joint.start])
    start = joint.start + joint.size
  }
  stretches.push([start, segment.sizes.body])
  for (const [begin, end] of stretches) {
    const size = end - begin
    const [first, last] = [Math.max(from - at, 0), Math.min(to - at, size)]
    at += size
    if (first < last) yield* readPart(ground, key, segment, 'body', begin + first, begin + last)
  }
}

/** Where parts of joined files lie in a segment's body, in their order. */
export async function readJoints(
  ground: Pick<Ground, 'storage'>,
  key: KeyObject,
  segment: Segment,
): Promise<Joint[]> {
  const joints: Joint[] = []
  for await (const line of readLines(readPart(ground, key, segment, 'joints')))
    joints.push(JSON.parse(line.toString()) as Joint)
  return joints
}

/** Lines without their line feeds. */
export async function* readLines(content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of content) {
    const text = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let start = 0
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, start)) {
      yield text.subarray(start, end)
      start = end + 1
    }
    rest = text.subarray(start)
  }
}
