/** What a request would erase, counted before it is made: nothing is changed. */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { lookUp, searchSnapshot } from '../search/search.ts'
import { checkIdentities, type ErasureIdentity, type GivenIdentity } from './draft.ts'
import { KEPT, selectItemsOf } from './matching.ts'
import { record, requireErasure } from './request.ts'

export type ErasurePreview = {
  readonly identities: readonly ErasureIdentity[]
  /** What else the directory and the mapping know the same persons by, with when it was theirs. */
  readonly alsoKnownAs: readonly ErasureIdentity[]
  readonly items: number
  /** In all mailboxes. */
  readonly copies: number
  /** Copies that nothing keeps. */
  readonly erasable: number
  readonly held: number
  readonly retained: number
  readonly firstAt: Date | null
  readonly lastAt: Date | null
  readonly byKind: readonly { readonly kind: string; readonly items: number }[]
  readonly byMailbox: readonly {
    readonly mailboxId: number
    readonly address: string
    readonly copies: number
    readonly kept: number
  }[]
}

type Row = {
  kind: string | null
  mailbox_id: number | null
  address: string | null
  items: number
  copies: number
  kept: number
  held: number
  retained: number
  first_at: Date | null
  last_at: Date | null
}

/** Needs Retention Management; recorded with the identities sealed. SEARCH_TOO_LONG after a minute. */
export async function previewErasure(
  ground: Ground,
  actor: Actor,
  given: readonly GivenIdentity[],
): Promise<ErasurePreview> {
  requireErasure(actor)
  const identities = checkIdentities(given)
  await record(ground, actor, 'erasure.preview', 'erasure', {}, { identities: valuesOf(identities) })
  const rows = await searchSnapshot(ground.database, async tx => {
    const { sql, values } = await selectItemsOf(ground, tx, identities)
    return tx.query<Row>(
      `with copy as materialized (
         select i.item_id, i.kind, coalesce(i.sent_at, i.arrived_at) as at, f.mailbox_id, ${KEPT} as kept,
           coalesce(f.hold_pending or f.held_until > keeping_now(), false) as held,
           coalesce(f.retain_until > keeping_now(), false) as retained
         from (${sql}) as hit join item i using (item_id) join filing f using (item_id)
       )
       select c.kind, c.mailbox_id, m.address, count(distinct c.item_id) as items, count(*) as copies,
         count(*) filter (where c.kept) as kept, count(*) filter (where c.held) as held,
         count(*) filter (where c.retained) as retained, min(c.at) as first_at, max(c.at) as last_at
       from copy c join mailbox m using (mailbox_id)
       group by grouping sets ((), (c.kind), (c.mailbox_id, m.address)) order by items desc, kind, address`,
      values,
    )
  })
  const whole = rows.find(row => row.kind === null && row.mailbox_id === null)
  return {
    identities,
    alsoKnownAs: await otherNames(ground, identities),
    items: whole?.items ?? 0,
    copies: whole?.copies ?? 0,
    erasable: (whole?.copies ?? 0) - (whole?.kept ?? 0),
    held: whole?.held ?? 0,
    retained: whole?.retained ?? 0,
    firstAt: whole?.first_at ?? null,
    lastAt: whole?.last_at ?? null,
    byKind: rows.flatMap(({ kind, items }) => (kind === null ? [] : [{ kind, items }])),
    byMailbox: rows.flatMap(({ mailbox_id: mailboxId, address, copies, kept }) =>
      mailboxId === null || address === null ? [] : [{ mailboxId, address, copies, kept }],
    ),
  }
}

export const valuesOf = (identities: readonly ErasureIdentity[]): string[] =>
  identities.map(each => each.value)

/** Numbers and addresses of the same persons that were not asked for. */
async function otherNames(
  ground: Ground,
  identities: readonly ErasureIdentity[],
): Promise<ErasureIdentity[]> {
  const { people } = await lookUp(ground.database, { people: valuesOf(identities), products: [] })
  const asked = new Set(valuesOf(identities))
  const found = new Map<string, ErasureIdentity>()
  const add = (identity: ErasureIdentity) => {
    if (!asked.has(identity.value))
      found.set(`${identity.value} ${identity.from?.getTime()} ${identity.to?.getTime()}`, identity)
  }
  for (const person of [...people.values()].flat()) {
    for (const address of person.addresses) add({ type: 'address', value: address, from: null, to: null })
    for (const { number, periods } of person.marks)
      if (number !== null)
        for (const { from, to } of periods)
          if (from === null || to === null || from < to)
            add({
              type: 'number',
              value: `+${number}`,
              from: from === null ? null : new Date(from),
              to: to === null ? null : new Date(to),
            })
  }
  return [...found.values()]
}
