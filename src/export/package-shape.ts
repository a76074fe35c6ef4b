/** What a verifier needs of the files of a package (docs/formats/export.md); whatever else they hold is for people. */
import { z } from 'zod'

/** Of audit/proof.ts: a tree of 2^53 leaves has no longer path; consistency needs one hash more. */
const PATH_MAX = 54

const count = z.int().min(0)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const bytes32 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/)
const hashPath = z.array(bytes32).max(PATH_MAX)
const grade = z.looseObject({ copies: count, exported: count, failed: count, suppressed: count })

export const manifestShape = z.looseObject({
  format: z.literal('holdfast-export-1'),
  archive: z.looseObject({ id: z.uuid(), demonstration: z.boolean() }),
  export: z.looseObject({ id: z.uuid(), format: z.enum(['eml', 'mbox', 'rsmf', 'dat', 'table']) }),
  counts: z.looseObject({ matched: grade, context: grade }),
  files: z.looseObject({ sha256: digest, size: count, count }),
})
export type PackageManifest = z.infer<typeof manifestShape>

export const fileShape = z.looseObject({ path: z.string().min(1), size: count, sha256: digest })

const copy = { ordinal: count.min(1), itemId: z.uuid(), grade: z.enum(['match', 'context']) }
export const copyShape = z.discriminatedUnion('state', [
  z.looseObject({ ...copy, state: z.literal('failed') }),
  z.looseObject({
    ...copy,
    state: z.literal('written'),
    path: z.string().min(1).nullable(),
    message: z.string().min(1).nullable(),
    messageSize: count,
    messageSha256: digest,
    originalSha256: digest,
    blind: bytes32,
    batch: count,
  }),
])
export type PackageCopy = z.infer<typeof copyShape>

export const entryShape = z.strictObject({ leaf: z.string(), sequence: count, path: hashPath })
export const batchShape = z.strictObject({ batch: count, leaf: z.string(), sequence: count, path: hashPath })
export const placeShape = z.strictObject({ item: z.uuid(), batch: count, index: count, path: hashPath })
export const linkShape = z.strictObject({ size: count.min(1), path: hashPath })

export const hashesOf = (path: readonly string[]): Buffer[] => path.map(text => Buffer.from(text, 'base64'))
