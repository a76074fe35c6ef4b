/** Labels as they are stored: listed, made, changed, retired and removed. */
import { isUniqueViolation, type Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { labelKey } from '../search/search.ts'
import { requestEvaluation } from './evaluation.ts'
import type { LabelRow } from './label.ts'
import { checkNamed, lockRuled, record } from './label-act.ts'
import { type NamedWords, nextRowId, openWords, sealWords } from './label-sealed.ts'
import { parsePeriod } from './period.ts'
import { lockDirectory } from './policy-act.ts'

export const LABEL_ACTIONS = ['none', 'retain', 'delete', 'retain-then-delete'] as const
export const LABEL_STARTS = ['sent', 'imported', 'event'] as const

export type LabelDraft = NamedWords & {
  readonly action: (typeof LABEL_ACTIONS)[number]
  /** Of ISO 8601, in years, months and days; null is for ever, and of a label that only names. */
  readonly period: string | null
  readonly start: (typeof LABEL_STARTS)[number]
  /** Where it starts with an event. */
  readonly eventTypeId: number | null
  /** Whether a person is asked before what it deletes goes. */
  readonly review: boolean
}

export type StoredLabel = LabelDraft & {
  readonly labelId: number
  /** How many copies have it: an item counts in each mailbox. */
  readonly copies: number
  /** How many rules put it on. */
  readonly rules: number
  readonly createdBy: string
  readonly createdAt: Date
  /** Both null while it can be put on. */
  readonly retiredBy: string | null
  readonly retiredAt: Date | null
  readonly revision: number
}

/** What does not change: what was labelled was told something else. */
type LabelChange = Partial<Pick<LabelDraft, 'name' | 'description' | 'period' | 'review'>>

type Row = LabelRow & {
  sealed: Buffer
  copies: number
  rules: number
  created_by: string
  created_at: Date
  retired_by: string | null
  retired_at: Date | null
  revision: number
}

const SELECT = `select l.*, (select count(*) from filing f where f.label_id = l.label_id) as copies,
    (select count(*) from label_rule r where r.label_id = l.label_id) as rules from retention_label l`

/** What a query may say instead of a name. */
const RESERVED = ['any', 'none']

const invalid = (why: string): HoldfastError => new HoldfastError('LABEL_INVALID', why)

export async function listLabels(
  ground: Ground,
  actor: Actor,
  options: { readonly retired?: boolean } = {},
): Promise<StoredLabel[]> {
  requireRole(actor, 'Retention Management', 'Disposition Management')
  return ground.database.transaction(async tx => {
    const rows = await tx.query<Row>(
      `${SELECT} where $1::boolean is null or (l.retired_at is not null) = $1 order by l.label_id`,
      [options.retired ?? null],
    )
    await record(tx, ground, actor, { act: 'label.list', subject: 'labels', detail: { count: rows.length } })
    return rows.map(row => labelOf(ground, row))
  })
}

/** LABEL_UNKNOWN if there is none. */
export async function showLabel(ground: Ground, actor: Actor, labelId: number): Promise<StoredLabel> {
  requireRole(actor, 'Retention Management', 'Disposition Management')
  return ground.database.transaction(async tx => {
    const label = await findLabel(ground, tx, labelId)
    await record(tx, ground, actor, { act: 'label.show', subject: `label:${labelId}` })
    return label
  })
}

/** Makes a label. LABEL_INVALID for a setting that makes no sense, or the name of another. */
export async function createLabel(ground: Ground, actor: Actor, draft: LabelDraft): Promise<StoredLabel> {
  requireRole(actor, 'Retention Management')
  const words = checkWords(draft)
  const { action, period, start, eventTypeId, review } = checkSetting(draft)
  return ground.database.transaction(async tx => {
    if (eventTypeId !== null) await requireType(tx, eventTypeId)
    const labelId = await nextRowId(tx, 'retention_label', 'label_id')
    await named(() =>
      tx.execute(
        `insert into retention_label (label_id, sealed, name_key, action, period, start_from, event_type_id, review,
           created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          labelId,
          sealWords(ground.keyring, `retention-label ${labelId}`, words),
          labelKey(ground.keyring, words.name),
          action,
          period,
          start,
          eventTypeId,
          review,
          actor.name,
          new Date(ground.clock.now()),
        ],
      ),
    )
    await record(tx, ground, actor, {
      act: 'label.create',
      subject: `label:${labelId}`,
      detail: { action, period, start, eventTypeId, review },
      sealed: { ...words },
    })
    return findLabel(ground, tx, labelId)
  })
}

/**
 * Changes what may be changed of a label; what has it is decided on again by its new period. `revision` is what the
 * caller has seen, null for whatever it is: else REVISION_STALE.
 */
export async function changeLabel(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  labelId: number,
  change: LabelChange,
  revision: number | null = null,
): Promise<StoredLabel> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    await lockDirectory(tx)
    const before = await lockLabel(ground, tx, labelId, revision)
    const words = checkWords({ ...before, ...change })
    const { period, review } = checkSetting({ ...before, ...change })
    const decides = period !== before.period || review !== before.review
    if (decides) await lockRuled(tx, null)
    await named(() =>
      tx.execute(
        `update retention_label set sealed = $2, name_key = $3, revision = revision + 1 where label_id = $1`,
        [
          labelId,
          sealWords(ground.keyring, `retention-label ${labelId}`, words),
          labelKey(ground.keyring, words.name),
        ],
      ),
    )
    if (decides) {
      await tx.execute('update retention_label set period = $2, review = $3 where label_id = $1', [
        labelId,
        period,
        review,
      ])
      await evaluateLabelled(tx, ground, queue, actor, [labelId])
    }
    await record(tx, ground, actor, {
      act: 'label.change',
      subject: `label:${labelId}`,
      detail: { period, review, ...(period === before.period ? {} : { periodBefore: before.period }) },
      sealed: { ...words, ...(words.name === before.name ? {} : { nameBefore: before.name }) },
    })
    return findLabel(ground, tx, labelId)
  })
}

/**
 * Retires a label: it stays on what has it, and is put on nothing any more. LABEL_IN_USE while a rule puts it on,
 * LABEL_RETIRED if it is.
 */
export async function retireLabel(
  ground: Ground,
  actor: Actor,
  labelId: number,
  revision: number | null = null,
): Promise<StoredLabel> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const label = await lockLabel(ground, tx, labelId, revision)
    if (label.retiredAt !== null) throw new HoldfastError('LABEL_RETIRED', `label ${labelId} is retired`)
    refuseRules(label)
    await tx.execute(
      `update retention_label set retired_by = $2, retired_at = $3, revision = revision + 1 where label_id = $1`,
      [labelId, actor.name, new Date(ground.clock.now())],
    )
    await record(tx, ground, actor, {
      act: 'label.retire',
      subject: `label:${labelId}`,
      detail: { copies: label.copies },
      sealed: { name: label.name },
    })
    return findLabel(ground, tx, labelId)
  })
}

/** Removes a label that nothing has and no rule puts on; LABEL_IN_USE otherwise. */
export async function removeLabel(
  ground: Ground,
  actor: Actor,
  labelId: number,
  revision: number | null = null,
): Promise<void> {
  requireRole(actor, 'Retention Management')
  await ground.database.transaction(async tx => {
    const label = await lockLabel(ground, tx, labelId, revision)
    refuseRules(label)
    if (label.copies > 0)
      throw new HoldfastError('LABEL_IN_USE', `${label.copies} copies of items have label ${labelId}`)
    await tx.execute('delete from retention_label where label_id = $1', [labelId])
    await record(tx, ground, actor, {
      act: 'label.remove',
      subject: `label:${labelId}`,
      sealed: { name: label.name },
    })
  })
}

/** The label, for an act that is recorded; LABEL_UNKNOWN. */
async function findLabel(ground: Ground, tx: Transaction, labelId: number): Promise<StoredLabel> {
  const [row] = await tx.query<Row>(`${SELECT} where l.label_id = $1`, [labelId])
  if (!row) throw new HoldfastError('LABEL_UNKNOWN', `there is no label ${labelId}`)
  return labelOf(ground, row)
}

/** Sees to it that the label stays while the transaction puts it on; LABEL_UNKNOWN, LABEL_RETIRED. */
export async function requireLabel(tx: Transaction, labelId: number): Promise<void> {
  const [row] = await tx.query<{ retired_at: Date | null }>(
    'select retired_at from retention_label where label_id = $1 for share',
    [labelId],
  )
  if (!row) throw new HoldfastError('LABEL_UNKNOWN', `there is no label ${labelId}`)
  if (row.retired_at !== null) throw new HoldfastError('LABEL_RETIRED', `label ${labelId} is retired`)
}

/** Has all that carries one of these labels decided on again. */
async function evaluateLabelled(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  actor: Actor,
  labelIds: readonly number[],
): Promise<void> {
  const rows = await tx.query<{ mailbox_id: number }>(
    `select mailbox_id from mailbox m where exists (select from filing f
       where f.label_id = any($1::integer[]) and f.mailbox_id = m.mailbox_id) order by mailbox_id`,
    [labelIds],
  )
  if (rows.length === 0) return
  await requestEvaluation(
    tx,
    ground,
    queue,
    actor.name,
    rows.map(row => row.mailbox_id),
  )
}

async function lockLabel(
  ground: Ground,
  tx: Transaction,
  labelId: number,
  revision: number | null,
): Promise<StoredLabel> {
  await tx.query('select from retention_label where label_id = $1 for update', [labelId])
  const label = await findLabel(ground, tx, labelId)
  if (revision !== null && label.revision !== revision)
    throw new HoldfastError('REVISION_STALE', `label ${labelId} was changed meanwhile`)
  return label
}

function refuseRules({ labelId, rules }: StoredLabel): void {
  if (rules > 0) throw new HoldfastError('LABEL_IN_USE', `${rules} rules put label ${labelId} on`)
}

function labelOf(ground: Ground, row: Row): StoredLabel {
  const { name, description } = openWords<NamedWords>(
    ground.keyring,
    `retention-label ${row.label_id}`,
    row.sealed,
  )
  return {
    labelId: row.label_id,
    name,
    description,
    action: row.action,
    period: row.period,
    start: row.start_from,
    eventTypeId: row.event_type_id,
    review: row.review,
    copies: row.copies,
    rules: row.rules,
    createdBy: row.created_by,
    createdAt: row.created_at,
    retiredBy: row.retired_by,
    retiredAt: row.retired_at,
    revision: row.revision,
  }
}

function checkWords(given: NamedWords): NamedWords {
  const words = checkNamed('LABEL_INVALID', given)
  if (RESERVED.includes(words.name.toLowerCase()) || /^[0-9]+$/.test(words.name))
    throw invalid(`a query could not ask for a label named ${RESERVED.join(', ')} or by digits alone`)
  return words
}

function checkSetting<Setting extends Omit<LabelDraft, keyof NamedWords>>(setting: Setting): Setting {
  const { action, period, start, eventTypeId, review } = setting
  const isDeleting = action === 'delete' || action === 'retain-then-delete'
  const length = period === null ? null : parsePeriod(period)
  if (period !== null && (length === null || length.years + length.months + length.days === 0))
    throw invalid('a period is years, months and days of ISO 8601, up to 100 years: P6Y, P1Y6M, P90D')
  if (action === 'none' && (period !== null || start !== 'sent'))
    throw invalid('a label that only names has no period')
  if (isDeleting && period === null) throw invalid('what is deleted is deleted after a period')
  if (review && !isDeleting) throw invalid('only what is deleted is reviewed before')
  if ((start === 'event') !== (eventTypeId !== null))
    throw invalid('a type of events goes with a period that starts with an event')
  return setting
}

async function requireType(tx: Transaction, eventTypeId: number): Promise<void> {
  const rows = await tx.query('select from event_type where event_type_id = $1 for share', [eventTypeId])
  if (rows.length === 0)
    throw new HoldfastError('EVENT_TYPE_UNKNOWN', `there is no type of events ${eventTypeId}`)
}

async function named(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (isUniqueViolation(error)) throw invalid('another label has this name')
    throw error
  }
}
