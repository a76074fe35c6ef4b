/** What `verify` can find, and how much of it is told. */

/** Every finding's code, with what it means. docs/formats/audit.md repeats the list for operators. */
export const FINDINGS = Object.freeze({
  ENTRY_CHANGED: 'an entry is not what its leaf says: its row was edited',
  ENTRY_DELETED: 'a leaf has no entry any more: its row was deleted',
  ENTRY_UNSEQUENCED: 'an entry has no leaf and does not wait for one: it was put in, or its leaf taken out',
  ENTRY_SKIPPED: 'an entry has waited for its leaf while later ones got theirs',
  ENTRY_WAITING: 'entries wait for their leaves; they get them when Holdfast runs',
  LEAF_MISSING: 'numbers are missing among the leaves',
  NODE_CHANGED: 'a stored subtree is not the hash of what is under it',
  CHECKPOINT_UNREADABLE: 'a checkpoint cannot be read',
  CHECKPOINT_SIGNATURE: 'a checkpoint is not signed by the key',
  CHECKPOINT_ROOT: 'the leaves up to a checkpoint are not those it was signed over',
  CHECKPOINT_MISSING: 'the log goes on after its newest checkpoint, or has none',
  CHECKPOINT_UNPUBLISHED: 'the newest checkpoint is not in object storage yet',
  CHECKPOINT_CONTRADICTED: 'a checkpoint kept outside the database speaks of another log',
  LOG_TRUNCATED: 'a checkpoint speaks of more leaves than there are: the newest were dropped',
  DATABASE_BEHIND:
    'a checkpoint kept outside is newer than the database: rows were dropped, or an old one was restored',
  EPOCH_DECLARED:
    'a checkpoint of an earlier epoch goes beyond the backup that was restored, as the log says itself',
  POLICY_LOCK_BROKEN: 'a retention policy under preservation lock is not what the log says of it',
  HOLD_RELEASE_UNLOGGED: 'a hold was released, or its delay cut short, by no act that the log knows',
  GUARD_DISABLED: 'a trigger of the database that refuses to remove what is kept is off',
})

export type FindingCode = keyof typeof FINDINGS

export type Finding = {
  readonly code: FindingCode
  /** What is broken and where, for a person. */
  readonly message: string
  /** False for what is worth knowing but no damage. */
  readonly broken: boolean
  readonly sequence?: number
  readonly entryId?: string
}

/** Findings told one by one; the rest are counted, so that memory does not grow with the damage. */
const TOLD_MAX = 1000
const NO_DAMAGE: ReadonlySet<FindingCode> = new Set([
  'ENTRY_WAITING',
  'CHECKPOINT_UNPUBLISHED',
  'EPOCH_DECLARED',
])

export type Findings = {
  add(code: FindingCode, message: string, place?: { sequence?: number; entryId?: string }): void
  has(code: FindingCode): boolean
  readonly told: readonly Finding[]
  readonly total: number
  readonly broken: boolean
}

export function collectFindings(): Findings {
  const told: Finding[] = []
  const seen = new Set<FindingCode>()
  let total = 0
  let damage = false
  return {
    add: (code, message, place = {}) => {
      const broken = !NO_DAMAGE.has(code)
      damage ||= broken
      total += 1
      // The first of each kind is always told, however many of another kind came before.
      if (told.length < TOLD_MAX || !seen.has(code)) told.push({ code, message, broken, ...place })
      seen.add(code)
    },
    has: code => seen.has(code),
    get told() {
      return told
    },
    get total() {
      return total
    },
    get broken() {
      return damage
    },
  }
}
