/** What the jump box finds beside pages: one finder for each kind of object, for whoever may list it. */
import { client } from '../client/client.ts'
import type { Role } from '../client/role.ts'

export type Target = {
  /** The address of its page; also what tells it from others. */
  readonly path: string
  readonly name: string
  readonly note?: string
}

type Finder = {
  readonly title: 'mailboxes' | 'connectors'
  readonly roles: readonly Role[]
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly Target[]>
}

const FOUND_MAX = 6
/** Connectors are few, and the API lists them without a search: a product and an account each. */
const CONNECTORS_MAX = 200

const FINDERS: readonly Finder[] = [
  {
    title: 'mailboxes',
    roles: ['Preview'],
    find: async (text, signal) => {
      const { rows } = await client.listMailboxes({ containing: text, limit: FOUND_MAX, signal })
      return rows.map(({ address, displayName }) => ({
        path: `/mailboxes/${encodeURIComponent(address)}`,
        name: displayName === '' ? address : displayName,
        note: address,
      }))
    },
  },
  {
    title: 'connectors',
    roles: ['View-Only Configuration', 'Mailbox Import Export'],
    find: async (text, signal) => {
      const { rows } = await client.listConnectors({ limit: CONNECTORS_MAX, signal })
      return rows
        .filter(({ name, product }) => `${name} ${product.name}`.toLowerCase().includes(text.toLowerCase()))
        .slice(0, FOUND_MAX)
        .map(({ connectorId, name, product }) => ({
          path: `/data-connectors/connectors/${connectorId}`,
          name,
          note: product.name,
        }))
    },
  },
]

export function findersFor(roles: readonly string[]): readonly Finder[] {
  return FINDERS.filter(finder => finder.roles.some(role => roles.includes(role)))
}
