/**
 * Help with writing a query: whether a text is one, what can be asked about, and the values that there are. The text
 * is in the body: what stands in an address is written to logs on its way.
 */
import { z } from 'zod'
import { listSearchMailboxes, listSearchPlaces } from '../archive/archive.ts'
import { CATALOGUE } from '../connector/connector.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import {
  checkQuery,
  INTERVALS,
  ITEM_CLASSES,
  MISTAKES,
  NOTES,
  QUERY_PROPERTIES,
  type QueryProperty,
} from '../search/search.ts'
import { route } from './route.ts'

const keysOf = <Key extends string>(of: Readonly<Record<Key, unknown>>) => Object.keys(of) as [Key, ...Key[]]

const place = {
  at: z.number().int().describe('The character, from 0, in UTF-16 units.'),
  length: z.number().int().describe('So many characters from there.'),
  values: z.record(z.string(), z.union([z.string(), z.number()])).describe('What fills the sentence.'),
}

const QueryCheck = z
  .discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      terms: z.number().int(),
      notes: z
        .array(z.object({ ...place, reason: z.enum(keysOf(NOTES)), text: z.string() }))
        .describe('What holds of this query and might surprise whoever wrote it.'),
    }),
    z.object({
      ok: z.literal(false),
      ...place,
      reason: z.enum(keysOf(MISTAKES)),
      expected: z
        .string()
        .describe('What was expected there, as a sentence. It quotes nothing of the query.'),
    }),
  ])
  .meta({ id: 'QueryCheck' })

const QueryPropertyView = z
  .object({
    name: z.string(),
    synonyms: z.array(z.string()),
    form: z.string().describe('How its value is written.'),
    operators: z.array(z.string()),
    choices: z.array(z.string()).nullable().describe('The values that there are, where they are few.'),
    example: z.string(),
    meaning: z.string(),
  })
  .meta({ id: 'QueryProperty' })

/** As many as a list under a box has room for. */
const SUGGESTIONS_MAX = 12

type Suggestion = { readonly value: string; readonly text: string }

export const queryRoutes = [
  route({
    method: 'post',
    path: '/search/check',
    id: 'checkQuery',
    tag: 'Search',
    summary: 'Whether a text is a query, and if not, where it goes wrong',
    access: ['Compliance Search', 'Preview', 'Export', 'Hold', 'Retention Management'],
    body: z.object({ query: z.string() }).strict(),
    answer: QueryCheck,
    work: async ({ ground, body }) => {
      const check = checkQuery(body.query, ground.clock.now())
      if (check.ok) return check
      const { at, length, reason, values, expected } = check.mistake
      return { ok: false as const, at, length, reason, values, expected }
    },
  }),
  route({
    method: 'get',
    path: '/search/properties',
    id: 'listQueryProperties',
    tag: 'Search',
    summary: 'The properties that a query can ask about',
    access: ['Compliance Search', 'Preview', 'Export', 'Hold', 'Retention Management'],
    answer: z.object({
      properties: z.array(QueryPropertyView),
      intervals: z.array(z.string()).describe('The names that a date can have.'),
    }),
    work: async () => ({ properties: QUERY_PROPERTIES, intervals: INTERVALS }),
  }),
  route({
    method: 'post',
    path: '/search/suggestions',
    id: 'suggestQueryValues',
    tag: 'Search',
    summary: 'Values that a property can have, of what you may search',
    access: ['Compliance Search', 'Preview'],
    reads: true,
    body: z
      .object({
        property: z.string().max(40).describe('Its name or a synonym.'),
        beginning: z.string().max(200).default('').describe('What is written of the value so far.'),
      })
      .strict(),
    answer: z.object({
      values: z.array(
        z.object({ value: z.string(), text: z.string().describe('What it is called; may be empty.') }),
      ),
    }),
    work: async ({ ground, actor, body }) => {
      const name = body.property.toLowerCase()
      const property = QUERY_PROPERTIES.find(each => each.name === name || each.synonyms.includes(name))
      return { values: property ? await suggestionsOf(ground, actor, property, body.beginning.trim()) : [] }
    },
  }),
] as const

async function suggestionsOf(
  ground: Ground,
  actor: Actor,
  { form, choices }: QueryProperty,
  beginning: string,
): Promise<Suggestion[]> {
  switch (form) {
    case 'party':
    case 'mailbox': {
      const { mailboxes } = await listSearchMailboxes(ground, actor, {
        containing: beginning,
        limit: SUGGESTIONS_MAX,
      })
      return mailboxes.map(({ address, displayName }) => ({ value: address, text: displayName }))
    }
    case 'folder': {
      const { folders } = await listSearchPlaces(ground, actor)
      return fitting(
        folders.map(value => ({ value, text: '' })),
        beginning,
      )
    }
    case 'connector': {
      const { connectors } = await listSearchPlaces(ground, actor)
      return fitting(
        connectors.map(each => ({ value: String(each.connectorId), text: each.name })),
        beginning,
      )
    }
    case 'item-class': {
      const all = { value: 'ipm.externaldata.*', text: '' }
      const classes = CATALOGUE.map(({ id, name }) => ({
        value: `ipm.externaldata.${ITEM_CLASSES[id]![0]!.toLowerCase()}*`,
        text: name,
      }))
      return fitting([all, ...classes], beginning)
    }
    case 'date':
      return fitting(
        INTERVALS.map(value => ({ value, text: '' })),
        beginning,
      )
    default:
      return fitting(
        (choices ?? []).map(value => ({ value, text: '' })),
        beginning,
      )
  }
}

/** Those with a word that begins so, those whose value does first. */
function fitting(values: readonly Suggestion[], beginning: string): Suggestion[] {
  const lower = beginning.toLowerCase()
  const begins = (text: string) => text.toLowerCase().startsWith(lower)
  const first = values.filter(({ value }) => begins(value))
  const others = values.filter(
    ({ value, text }) => !begins(value) && `${value} ${text}`.split(/[\s./-]+/).some(begins),
  )
  return [...first, ...others].slice(0, SUGGESTIONS_MAX)
}
