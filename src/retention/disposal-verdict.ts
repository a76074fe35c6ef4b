/**
 * Checks a proof of disposal (docs/formats/disposal.md). Pure: needs no archive, no database and no secret. Without the
 * archive's public key a proof is consistent at best: `origin` is then `unproven`.
 */
import { z } from 'zod'
import { leafHash, parseProof, verifyEntryProof, verifyInclusion } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import { DISPOSAL_FORMAT } from './disposal-proof.ts'

const at = z.iso.datetime()
const never = z.literal('never')

const HEAD = z.strictObject({
  v: z.literal(1),
  archive: z.uuid(),
  disposal: z.int(),
  at,
  cause: z.enum(['rule', 'erasure']),
  request: z.int().nullable(),
  again: z.string().nullable(),
  actor: z.string(),
  approvedBy: z.array(z.string()),
  filings: z.int(),
  items: z.int(),
  exports: z.array(
    z.strictObject({
      id: z.uuid(),
      format: z.string(),
      state: z.string(),
      requestedAt: at,
      completedAt: at.nullable(),
      downloads: z.int(),
      destination: z.string(),
    }),
  ),
})

const FILING = z.strictObject({
  v: z.literal(1),
  item: z.uuid(),
  mailbox: z.int(),
  batch: z.int(),
  run: z.int(),
  filedAt: at,
  date: at,
  label: z.int().nullable(),
  retainUntil: z.union([at, never]).nullable(),
  deleteAt: z.union([at, never]).nullable(),
  rules: z.array(
    z.strictObject({
      type: z.string(),
      id: z.int(),
      effect: z.string(),
      from: z.union([at, never]).nullable(),
      until: z.union([at, never]),
      setAside: z.string().nullable(),
    }),
  ),
  hidden: z.boolean(),
  itemLeaf: z.base64().nullable(),
  exports: z.array(z.uuid()),
})

const PROOF = z.strictObject({
  format: z.literal(DISPOSAL_FORMAT),
  demonstration: z.boolean(),
  item: z.uuid().nullable(),
  disposals: z
    .array(
      z.strictObject({
        count: z.int().min(2),
        lines: z
          .array(
            z.strictObject({ index: z.int().min(0), line: z.string(), path: z.array(z.base64()).max(54) }),
          )
          .min(2),
        proof: z.unknown(),
      }),
    )
    .min(1),
})

type ProvenDisposal = {
  readonly head: z.infer<typeof HEAD>
  readonly filings: readonly z.infer<typeof FILING>[]
}

export type DisposalVerdict = {
  readonly ok: boolean
  /** What holds, or what does not. */
  readonly message: string
  readonly origin: 'proven' | 'unproven'
  readonly archiveId: string | null
  readonly demonstration: boolean
  readonly itemId: string | null
  readonly disposals: readonly ProvenDisposal[]
}

/** Whether the proof holds, and what it says. PROOF_INVALID if the text is none. */
export function verifyDisposal(
  text: string,
  publicKey: string | null,
  earlierCheckpoint: string | null = null,
): DisposalVerdict {
  const { item, demonstration, disposals } = readAs(PROOF, text)
  const proven: ProvenDisposal[] = []
  const verdict = {
    origin: 'unproven',
    archiveId: null,
    demonstration,
    itemId: item,
    disposals: proven,
  } as const
  const refuse = (message: string): DisposalVerdict => ({ ...verdict, ok: false, message })
  let archiveId: string | null = null
  let origin: DisposalVerdict['origin'] = 'unproven'
  if (item === null && disposals.length > 1) return refuse('it is of more than one disposal, and of no item')
  for (const each of disposals) {
    const proof = parseProof(JSON.stringify(each.proof))
    const entry = verifyEntryProof(proof, publicKey, earlierCheckpoint)
    if (!entry.ok) return refuse(entry.message)
    const { act, subject, detail } = entry.entry
    const root = typeof detail.merkleRoot === 'string' ? detail.merkleRoot : ''
    if (act !== 'disposal.complete' || !/^[0-9a-f]{64}$/.test(root))
      return refuse('the entry proved is not that of a disposal')
    if (detail.lines !== each.count) return refuse('the entry proved is of a document of other length')
    if (each.lines.some(({ index }, place) => place > 0 && index <= each.lines[place - 1]!.index))
      return refuse('a line is there twice, or out of its place')
    for (const { index, line, path } of each.lines)
      if (
        !verifyInclusion(
          index,
          each.count,
          leafHash(Buffer.from(line)),
          path.map(hash => Buffer.from(hash, 'base64')),
          Buffer.from(root, 'hex'),
        )
      )
        return refuse(`line ${index} is not that of the disposal in the log`)
    if (each.lines[0]!.index !== 0) return refuse('the first line, which says what was done, is missing')
    const head = readAs(HEAD, each.lines[0]!.line)
    const filings = each.lines.slice(1).map(({ line }) => readAs(FILING, line))
    if (subject !== `disposal:${head.disposal}` || head.archive !== entry.archiveId)
      return refuse('the entry proved is of another disposal')
    if (proven.some(earlier => earlier.head.disposal >= head.disposal))
      return refuse('a disposal is there twice, or out of its place')
    if (item !== null && filings.some(filing => filing.item !== item))
      return refuse('the proof has a line of another item')
    if (item === null && filings.length !== head.filings)
      return refuse('not all filings of the disposal are there')
    proven.push({ head, filings })
    archiveId = entry.archiveId
    origin = entry.origin
  }
  const last = proven.at(-1)!
  const isGone = item !== null && last.filings.some(filing => filing.itemLeaf !== null)
  const message =
    item === null
      ? `disposed of at ${last.head.at}: ${last.head.filings} filings, ${last.head.items} items wholly`
      : isGone
        ? `disposed of at ${last.head.at}`
        : `left ${proven.reduce((all, each) => all + each.filings.length, 0)} mailboxes, the last at ${last.head.at}; then it was kept elsewhere`
  return { ...verdict, ok: true, message, archiveId, origin }
}

function readAs<T>(shape: z.ZodType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    throw new HoldfastError('PROOF_INVALID', `not a ${DISPOSAL_FORMAT}`, { cause })
  }
}
