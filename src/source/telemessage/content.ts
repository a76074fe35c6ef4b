/**
 * Streams a content that does not travel inside its page. What was passed on cannot be taken back, so after a
 * broken connection the content is read from its start again, and what was passed on already is compared by its
 * digest instead of passed on twice: memory does not grow, and two different readings are never spliced.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { HoldfastError, hasCode } from '../../errors.ts'
import type { SiteLimits } from './limits.ts'
import { Again, backoff, retrying } from './retry.ts'
import { invalid, type Session } from './session.ts'

/** The contract's alphabet; also keeps `..` and slashes out of the path. */
const CONTENT_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/

type Reading = { readonly chunks: AsyncGenerator<Buffer, void, undefined>; readonly first: Buffer | null }

export async function* streamContent(
  session: Session,
  limits: SiteLimits,
  sizeMax: number,
  contentId: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  if (!CONTENT_ID.test(contentId))
    throw new HoldfastError('SITE_CONTENT_MISSING', 'the content id is none the site gives')
  const path = `rest/archive/content/${contentId}`
  const wanted = { path, totalTimeout: limits.contentTimeout, missing: 'SITE_CONTENT_MISSING' as const }
  const passedOn = createHash('sha256')
  let length = 0

  /** Opens the content and brings it to where the last reading broke off. */
  const open = () =>
    retrying(limits, clock, signal, async (): Promise<Reading> => {
      const chunks = (await session.get(wanted, signal)).body(sizeMax)
      return { chunks, first: length === 0 ? null : await skip(chunks, length, passedOn.copy().digest()) }
    })
  const pass = (chunk: Buffer) => {
    passedOn.update(chunk)
    length += chunk.length
    return chunk
  }

  try {
    for (let broken = 1; ; broken += 1) {
      const { chunks, first } = await open()
      try {
        if (first && first.length > 0) yield pass(first)
        for await (const chunk of chunks) yield pass(chunk)
        return
      } catch (error) {
        if (!(error instanceof Again)) throw error
        if (broken >= limits.attemptsMax) throw error.error
      } finally {
        await chunks.return()
      }
      await clock.sleep(backoff(limits, broken), signal)
    }
  } catch (error) {
    if (hasCode(error, 'SITE_ANSWER_TOO_LARGE'))
      throw new HoldfastError('ITEM_TOO_LARGE', `the content is larger than ${sizeMax} bytes`)
    throw error
  }
}

/** Reads `length` bytes, which must have `digest`; returns what the last piece had beyond them. */
async function skip(
  chunks: AsyncGenerator<Buffer, void, undefined>,
  length: number,
  digest: Buffer,
): Promise<Buffer> {
  const skipped = createHash('sha256')
  let left = length
  for (;;) {
    const next = await chunks.next()
    if (next.done) throw invalid('the content is shorter than when it was read before')
    const part = next.value.subarray(0, left)
    skipped.update(part)
    left -= part.length
    if (left > 0) continue
    if (!skipped.digest().equals(digest)) {
      await chunks.return()
      throw new HoldfastError('SITE_ANSWER_INVALID', 'the content is another than when it was read before')
    }
    return next.value.subarray(part.length)
  }
}
