/** Mailboxes and what is filed in them, as lists and as conversations. Every call is recorded as a reading. */
import { z } from 'zod'
import {
  listConversations,
  listMailboxFolders,
  listReadableMailboxes,
  readConversation,
  readFolder,
} from '../archive/archive.ts'
import { KINDS, MessageLine, StreamEntry } from './message-shape.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const READ = ['Preview'] as const

const Address = z.object({ address: z.string().min(1).max(320) })

const Mailbox = z
  .object({
    mailboxId: z.number().int(),
    kind: z.enum(['person', 'unmapped', 'quarantine']),
    address: z.string(),
    displayName: z.string(),
    aliases: z.array(z.string()),
    activeFrom: Time.nullable(),
    activeTo: Time.nullable(),
    attributes: z.record(z.string(), z.string()),
    folders: z.array(
      z.object({
        folderId: z.number().int(),
        name: z.string(),
        filings: z.number().int(),
        archived: z.number().int().describe('Of these, those in the in-place archive.'),
        restricted: z
          .number()
          .int()
          .describe('Filings of items whose erasure was asked for and that are kept: you do not see them.'),
      }),
    ),
  })
  .meta({ id: 'Mailbox' })

const limit = PageQuery.shape.limit
const cursor = z.uuid().optional()
const folder = z.string().min(1).max(200).optional().describe('Its name; left out: the whole mailbox.')

const filters = {
  folder,
  direction: z.enum(['in', 'out']).optional(),
  from: Time.optional().describe('Sent at this time or later.'),
  to: Time.optional().describe('Sent before this time.'),
  after: cursor.describe('The `older` of the page before.'),
  before: cursor.describe('The `newer` of the page before.'),
}

const archive = 'Only what is in the in-place archive (true), or only what is not (false).'

const FolderQuery = z
  .object({
    ...filters,
    kinds: z
      .string()
      .regex(new RegExp(`^(${KINDS.join('|')})(,(${KINDS.join('|')}))*$`))
      .optional()
      .describe(`Some of ${KINDS.join(', ')}, parted by commas.`),
    attachments: z.enum(['true']).optional().describe('Only with attachments.'),
    archive: z.enum(['true', 'false']).optional().describe(archive),
    limit,
  })
  .strict()

/** Words and names are asked for in a body: what stands in an address is written to logs on its way. */
const FolderSearch = z
  .object({
    ...filters,
    kinds: z.array(z.enum(KINDS)).max(KINDS.length).optional(),
    attachments: z.boolean().optional(),
    archive: z.boolean().optional().describe(archive),
    words: z.string().max(10_000).optional().describe('In the language of searches.'),
    participant: z.string().max(320).optional().describe('A number, an address or a name.'),
    limit: z.number().int().min(1).max(200).default(50),
  })
  .strict()

const FolderPage = z.object({
  rows: z.array(MessageLine),
  older: z.string().nullable().describe('Give it as `after`; null at the end.'),
  newer: z.string().nullable().describe('Give it as `before`; null at the beginning.'),
})

const Conversation = z
  .object({
    conversation: z.string(),
    count: z.number().int(),
    firstAt: Time.nullable(),
    last: MessageLine,
  })
  .meta({ id: 'Conversation' })

export const mailboxRoutes = [
  route({
    method: 'get',
    path: '/mailboxes',
    id: 'listMailboxes',
    tag: 'Mailboxes',
    summary: 'The mailboxes that you may read, with their folders and how many items each holds',
    access: READ,
    reads: true,
    query: PageQuery.extend({
      kind: z.enum(['person', 'reserved']).optional(),
      containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
    }).strict(),
    answer: pageOf(Mailbox),
    work: async ({ ground, actor, query }) => {
      const { containing, kind, after } = query
      const page = await listReadableMailboxes(ground, actor, {
        ...(containing ? { containing } : {}),
        ...(kind ? { kind } : {}),
        ...(after ? { after } : {}),
        limit: query.limit,
      })
      return { rows: page.mailboxes, next: page.next, total: page.total }
    },
  }),
  route({
    method: 'get',
    path: '/mailboxes/{address}',
    id: 'getMailbox',
    tag: 'Mailboxes',
    summary: 'A mailbox with its folders',
    access: READ,
    reads: true,
    params: Address,
    answer: Mailbox,
    work: async ({ ground, actor, params }) => {
      const { mailbox, folders } = await listMailboxFolders(ground, actor, params.address)
      return { ...mailbox, folders }
    },
  }),
  route({
    method: 'get',
    path: '/mailboxes/{address}/messages',
    id: 'readFolder',
    tag: 'Mailboxes',
    summary: 'The messages of a folder, newest first',
    access: READ,
    reads: true,
    params: Address,
    query: FolderQuery,
    answer: FolderPage,
    work: async ({ ground, actor, params, query }) =>
      pageView(
        await readFolder(
          ground,
          actor,
          { address: params.address, folder: query.folder },
          filterOf({
            ...query,
            kinds: query.kinds?.split(','),
            attachments: query.attachments === 'true',
            archive: query.archive === undefined ? undefined : query.archive === 'true',
          }),
          cursorOf(query),
        ),
      ),
  }),
  route({
    method: 'post',
    path: '/mailboxes/{address}/messages/search',
    id: 'searchFolder',
    tag: 'Mailboxes',
    summary: 'The messages of a folder that have these words or participants, newest first',
    access: READ,
    reads: true,
    params: Address,
    body: FolderSearch,
    answer: FolderPage,
    work: async ({ ground, actor, params, body }) =>
      pageView(
        await readFolder(
          ground,
          actor,
          { address: params.address, folder: body.folder },
          filterOf(body),
          cursorOf(body),
        ),
      ),
  }),
  route({
    method: 'get',
    path: '/mailboxes/{address}/conversations',
    id: 'listConversations',
    tag: 'Mailboxes',
    summary: 'The conversations of a folder, the one with the newest message first',
    access: READ,
    reads: true,
    params: Address,
    query: PageQuery.extend({ folder, after: cursor }).strict(),
    answer: pageOf(Conversation),
    work: async ({ ground, actor, params, query }) => {
      const { conversations, next } = await listConversations(
        ground,
        actor,
        { address: params.address, folder: query.folder },
        { ...(query.after ? { after: query.after } : {}), limit: query.limit },
      )
      return { rows: conversations, next }
    },
  }),
  route({
    method: 'get',
    path: '/mailboxes/{address}/conversations/{conversation}',
    id: 'readConversation',
    tag: 'Mailboxes',
    summary: 'A conversation as it was held, oldest first; without a cursor its end',
    access: READ,
    reads: true,
    params: Address.extend({ conversation: z.string().length(11) }),
    query: z
      .object({
        folder,
        before: cursor.describe('The `older` of a page.'),
        after: cursor.describe('The `newer` of a page.'),
        around: cursor.describe('An item that is to be in the middle.'),
        at: Time.optional().describe('Begin with the first message at this time or later.'),
        limit,
      })
      .strict(),
    answer: z.object({
      rows: z.array(StreamEntry),
      older: z.string().nullable().describe('Give it as `before`; null at the beginning.'),
      newer: z.string().nullable().describe('Give it as `after`; null at the end.'),
    }),
    work: async ({ ground, actor, params, query }) => {
      const { before, after, around, at } = query
      const page = await readConversation(
        ground,
        actor,
        { address: params.address, folder: query.folder },
        params.conversation,
        {
          ...(before ? { before } : {}),
          ...(after ? { after } : {}),
          ...(around ? { around } : {}),
          ...(at ? { at: new Date(at) } : {}),
          limit: query.limit,
        },
      )
      return { rows: page.entries, older: page.older, newer: page.newer }
    },
  }),
] as const

type Filters = {
  readonly kinds?: readonly string[] | undefined
  readonly direction?: 'in' | 'out' | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly attachments?: boolean | undefined
  readonly archive?: boolean | undefined
  readonly words?: string | undefined
  readonly participant?: string | undefined
}

function filterOf({ kinds, direction, from, to, attachments, archive, words, participant }: Filters) {
  return {
    ...(kinds && kinds.length > 0 ? { kinds } : {}),
    ...(direction ? { direction } : {}),
    ...(from ? { from: new Date(from) } : {}),
    ...(to ? { to: new Date(to) } : {}),
    ...(attachments ? { withAttachments: true } : {}),
    ...(archive === undefined ? {} : { archived: archive }),
    ...(words ? { words } : {}),
    ...(participant ? { participant } : {}),
  }
}

function cursorOf(given: { after?: string | undefined; before?: string | undefined; limit: number }) {
  return {
    ...(given.after ? { after: given.after } : {}),
    ...(given.before ? { before: given.before } : {}),
    limit: given.limit,
  }
}

function pageView({ lines, older, newer }: Awaited<ReturnType<typeof readFolder>>) {
  return { rows: lines, older, newer }
}
