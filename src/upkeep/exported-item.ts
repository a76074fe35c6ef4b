/** Checks one exported item by its proof, on a machine that has never seen the archive: pure. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { type ItemVerdict, parseProof, verifyItemProof } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'

const EXPORTED = z.strictObject({
  proof: z.unknown(),
  blind: z.base64(),
  /** True for an item of a demonstration archive: invented people and traffic. */
  demonstration: z.boolean(),
})

/**
 * Whether the exported bytes are what the proof shows to have been archived. `original` is null where the message is
 * the original. PROOF_INVALID if the text is no proof of an item.
 */
export function verifyExportedItem(exported: {
  proof: string
  message: Buffer
  original: Buffer | null
  publicKey: string | null
  earlierCheckpoint: string | null
}): ItemVerdict & { readonly demonstration: boolean } {
  const document = read(exported.proof)
  const proof = parseProof(JSON.stringify(document.proof))
  if (!('item' in proof))
    throw new HoldfastError('PROOF_INVALID', 'this is the proof of an audit entry, not of an item')
  const verdict = verifyItemProof(
    proof,
    {
      itemId: proof.item.id,
      blind: Buffer.from(document.blind, 'base64'),
      originalDigest: hash('sha256', exported.original ?? exported.message, 'buffer'),
      messageDigest: hash('sha256', exported.message, 'buffer'),
    },
    exported.publicKey,
    exported.earlierCheckpoint,
  )
  return { ...verdict, demonstration: document.demonstration }
}

function read(text: string): z.infer<typeof EXPORTED> {
  try {
    return EXPORTED.parse(JSON.parse(text))
  } catch (cause) {
    throw new HoldfastError('PROOF_INVALID', 'the file is not the proof of an exported item', { cause })
  }
}
