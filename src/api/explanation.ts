/** Why an item is kept, and when it goes. */
import { z } from 'zod'
import { EXPLAIN_ROLES, explainItem, FATES, VERDICTS } from '../retention/retention.ts'
import { ItemId } from './message-shape.ts'
import { route } from './route.ts'
import { Time } from './schema.ts'

const span = z.object({ until: Time.nullable().describe('null is no end.') }).nullable()

const Reason = z
  .object({
    rule: z.object({
      type: z
        .enum(['policy', 'label', 'hold', 'extension'])
        .describe('An extension is by a disposition review.'),
      id: z.number().int().nullable().describe('null for an extension, and for a hold that you may not see.'),
      name: z.string().nullable(),
    }),
    effect: z.enum(['hold', 'retain', 'delete']),
    from: Time.nullable().describe('What it counts from; null where that is not known yet.'),
    until: Time.nullable().describe(
      'Until when it keeps, or when it would delete by itself; null is no end, or one that is not known yet.',
    ),
    waitsFor: z.enum(['event', 'query']).nullable(),
    setAside: z
      .enum(['longest-retention', 'label-deletion', 'specific-deletion', 'shortest-deletion', 'released'])
      .nullable()
      .describe('Which principle of retention sets it aside; null where it decides.'),
    blocks: z.boolean().describe('True where it keeps now what another rule would delete.'),
  })
  .meta({ id: 'KeepingReason' })

const Filing = z
  .object({
    mailboxId: z.number().int(),
    address: z.string(),
    displayName: z.string(),
    hidden: z.boolean().describe('Filed there wrongly, and hidden since.'),
    verdict: z
      .enum(VERDICTS)
      .describe(
        'What is to become of it: held or kept, and how; due (`review` waits for a person, `approved` and `due` go with the next disposal); `later` is deleted then and kept by nothing; `free` neither.',
      ),
    until: Time.nullable().describe('The moment of the verdict, where it has one.'),
    fate: z.enum(FATES).describe('What is to come once nothing keeps it any more.'),
    earliest: Time.nullable().describe(
      'When it goes at the earliest by what is known now; null where that is not known, or never.',
    ),
    held: span,
    holdPending: z.boolean().describe('Held until the queries of holds have looked at it.'),
    retained: span,
    deleteAt: Time.nullable().describe('Deferred by what retains it, not by holds.'),
    extendedUntil: Time.nullable().describe('By a disposition review.'),
    label: z
      .object({
        labelId: z.number().int(),
        name: z.string().nullable(),
        by: z.enum(['person', 'query', 'rule']),
      })
      .nullable(),
    labelTakenOff: z.boolean().describe('A person took a label off, so that no rule puts one on.'),
    review: z
      .object({ reviewId: z.number().int(), state: z.enum(['pending', 'second', 'approved']) })
      .nullable(),
    archivedAt: Time.nullable(),
    restricted: z.boolean().describe('Its erasure was asked for and refused: only some see it (GDPR 18).'),
    evaluating: z.boolean().describe('True where rules have changed and it is yet to be decided on again.'),
    reasons: z.array(Reason).describe('Every rule that is about it, those set aside too.'),
  })
  .meta({ id: 'ExplainedFiling' })

const Explanation = z
  .object({
    itemId: z.uuid(),
    at: Time,
    filings: z.array(Filing).describe('In each mailbox that you may see, by address.'),
    gone: z
      .array(
        z.object({
          mailboxId: z.number().int(),
          address: z.string(),
          disposalId: z.number().int(),
          at: Time,
        }),
      )
      .describe('The mailboxes that it has left.'),
    tombstone: z
      .object({ goneAt: Time, disposalIds: z.array(z.number().int()) })
      .nullable()
      .describe('All that is left of an item that is gone; told to who may see every mailbox.'),
  })
  .meta({ id: 'Explanation' })

export const explanationRoutes = [
  route({
    method: 'get',
    path: '/items/{itemId}/explanation',
    id: 'explainItem',
    tag: 'Items',
    summary:
      'Why an item is kept, or when it goes, in each mailbox: every rule, and what blocks its deletion',
    access: EXPLAIN_ROLES,
    reads: true,
    params: ItemId,
    answer: Explanation,
    work: ({ ground, actor, params }) => explainItem(ground, actor, params.itemId),
  }),
] as const
