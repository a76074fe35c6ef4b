/** The directory: people and their mailboxes, without a word of what is in them; and its file. */
import { z } from 'zod'
import { countMailboxes, directoryTemplate, listMailboxes } from '../directory/directory.ts'
import { checkPeople, importPeople } from '../mailbox/mailbox.ts'
import { bytes, download, route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const FILE_MAX = 32 * 1024 * 1024

const Entry = z
  .object({
    mailboxId: z.number().int(),
    address: z.string(),
    displayName: z.string(),
    aliases: z.array(z.string()),
    activeFrom: Time.nullable(),
    activeTo: Time.nullable().describe('Exclusive.'),
    attributes: z.record(z.string(), z.string()),
  })
  .meta({ id: 'DirectoryEntry' })

const Report = z
  .object({
    problems: z
      .array(z.object({ line: z.number().int(), column: z.string(), reason: z.string() }))
      .describe('A thousand at most; `problemCount` counts all. Any problem, and nothing is imported.'),
    problemCount: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    missing: z.number().int().describe('Mailboxes of people who are not in the file.'),
    deactivated: z.number().int(),
  })
  .meta({ id: 'DirectoryReport' })

const Choices = z
  .object({
    deactivateMissing: z
      .enum(['true', 'false'])
      .default('false')
      .describe('People who are not in the file become inactive now.'),
  })
  .strict()

export const directoryRoutes = [
  route({
    method: 'get',
    path: '/directory',
    id: 'listDirectory',
    tag: 'Directory',
    summary: 'People and their mailboxes, by address',
    access: ['View-Only Configuration', 'Mail Recipients', 'Mailbox Import Export', 'Role Management'],
    query: PageQuery.extend({
      containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
    }).strict(),
    answer: pageOf(Entry),
    work: async ({ ground, query }) => {
      const matching = {
        kind: 'person',
        ...(query.containing ? { containing: query.containing } : {}),
      } as const
      const [found, total] = await Promise.all([
        listMailboxes(ground.database, {
          ...matching,
          ...(query.after ? { after: query.after } : {}),
          limit: query.limit + 1,
        }),
        countMailboxes(ground.database, matching),
      ])
      const rows = found.slice(0, query.limit)
      return { rows, next: found.length > query.limit ? rows.at(-1)!.address : null, total }
    },
  }),
  route({
    method: 'get',
    path: '/directory/template',
    id: 'getDirectoryTemplate',
    tag: 'Directory',
    summary: 'An empty directory file with its heading',
    access: ['View-Only Configuration', 'Mail Recipients'],
    answer: download('text/csv; charset=utf-8'),
    work: async () => ({ fileName: 'directory.csv', chunks: directoryTemplate() }),
  }),
  route({
    method: 'post',
    path: '/directory/check',
    id: 'checkDirectory',
    tag: 'Directory',
    summary: 'What importing this directory file would do, and every line that is wrong',
    access: ['Mail Recipients'],
    query: Choices,
    body: bytes('text/csv', FILE_MAX),
    answer: Report,
    work: ({ ground, actor, body, query }) =>
      checkPeople(ground, actor, body, { deactivateMissing: query.deactivateMissing === 'true' }),
  }),
  route({
    method: 'put',
    path: '/directory',
    id: 'importDirectory',
    tag: 'Directory',
    summary: 'Import a directory file, all of it or nothing',
    access: ['Mail Recipients'],
    query: Choices,
    body: bytes('text/csv', FILE_MAX),
    answer: Report,
    work: ({ ground, actor, body, query }) =>
      importPeople(ground, actor, body, { deactivateMissing: query.deactivateMissing === 'true' }),
  }),
] as const
