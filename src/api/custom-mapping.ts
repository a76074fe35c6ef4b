/**
 * A connector's custom mapping as a file: the template, what is there, a dry run that says of each bad line why and of
 * each registered user where they would be found, and the import. CSV, or what is copied out of a spreadsheet.
 */
import { z } from 'zod'
import { getConnector, importCustomMapping, tryCustomMapping } from '../connector/connector.ts'
import { exportMapping, mappingTemplate } from '../mapping/mapping.ts'
import { bytes, download, route } from './route.ts'
import { Time } from './schema.ts'

const CSV_BYTES_MAX = 20 * 1024 * 1024
const ROWS_SHOWN = 10
const USERS_SHOWN = 200
const PROBLEMS_SHOWN = 500

const Id = z.object({ connectorId: z.coerce.number().int().min(1).max(2_147_483_647) })

const Found = z.object({
  by: z.enum(['csv', 'email', 'neither']),
  mailbox: z.string().nullable(),
})

const Tally = z.object({
  byCsv: z.number().int(),
  byEmail: z.number().int(),
  byNeither: z.number().int(),
})

const Counted = {
  lines: z.number().int().describe('Good lines.'),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  removed: z.number().int(),
}

const MappingCheck = z
  .object({
    ...Counted,
    problemCount: z.number().int(),
    problems: z
      .array(z.object({ line: z.number().int(), column: z.string(), reason: z.string() }))
      .describe('The first bad lines; `problemCount` counts all. With any, nothing is imported.'),
    firstRows: z.array(
      z.object({
        line: z.number().int(),
        externalUserId: z.string(),
        mailbox: z.string(),
        validFrom: Time.nullable(),
        validTo: Time.nullable(),
      }),
    ),
    preview: z
      .object({
        before: Tally,
        after: Tally,
        moved: z.number().int().describe('Registered users whose mailbox would be another one.'),
        users: z.array(
          z.object({
            userId: z.string(),
            name: z.string(),
            number: z.string(),
            email: z.string(),
            before: Found,
            after: Found,
          }),
        ),
        usersTotal: z.number().int(),
        failuresOpen: z.number().int().describe('Unmapped in the last 30 days.'),
        failuresMended: z.number().int().describe('Of those, so many would be mapped.'),
      })
      .nullable()
      .describe('Who would be found; null where a line is bad.'),
  })
  .meta({ id: 'MappingCheck' })

export const customMappingRoutes = [
  route({
    method: 'get',
    path: '/custom-mapping-template',
    id: 'downloadMappingTemplate',
    tag: 'Custom mapping',
    summary: 'An empty custom mapping file to fill in',
    access: ['View-Only Configuration', 'Mailbox Import Export'],
    answer: download('text/csv; charset=utf-8'),
    work: async () => ({ fileName: 'custom-mapping.csv', chunks: mappingTemplate() }),
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/custom-mapping',
    id: 'downloadCustomMapping',
    tag: 'Custom mapping',
    summary: 'The custom mapping as a file that can be imported again',
    access: ['View-Only Configuration', 'Mailbox Import Export'],
    params: Id,
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, params }) => {
      const connector = await getConnector(ground.database, params.connectorId)
      return {
        fileName: `custom-mapping-${connector.connectorId}.csv`,
        chunks: await exportMapping(ground.database, connector.connectorId),
      }
    },
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/custom-mapping/check',
    id: 'checkCustomMapping',
    tag: 'Custom mapping',
    summary: 'Check a custom mapping file and say what it would change, without using it',
    access: ['Mailbox Import Export'],
    params: Id,
    body: bytes('text/csv', CSV_BYTES_MAX),
    callsMax: 60,
    answer: MappingCheck,
    work: async ({ ground, params, body }) => {
      const { checked, preview } = await tryCustomMapping(ground, params.connectorId, body)
      return {
        ...countsOf(checked),
        problemCount: checked.problemCount,
        problems: checked.problems.slice(0, PROBLEMS_SHOWN),
        firstRows: checked.entries.slice(0, ROWS_SHOWN).map(entry => ({
          line: entry.line,
          externalUserId: entry.externalUserId,
          mailbox: entry.mailboxAddress,
          validFrom: entry.validFrom === null ? null : new Date(entry.validFrom),
          validTo: entry.validTo === null ? null : new Date(entry.validTo),
        })),
        preview: preview && {
          ...preview.registered,
          moved: preview.moved,
          users: preview.users.slice(0, USERS_SHOWN),
          usersTotal: preview.users.length,
          failuresOpen: preview.failures.open,
          failuresMended: preview.failures.mapped,
        },
      }
    },
  }),
  route({
    method: 'put',
    path: '/connectors/{connectorId}/custom-mapping',
    id: 'importCustomMapping',
    tag: 'Custom mapping',
    summary: 'Put a file in place of the custom mapping, all of it or nothing',
    access: ['Mailbox Import Export'],
    params: Id,
    body: bytes('text/csv', CSV_BYTES_MAX),
    revised: true,
    answer: z.object({ ...Counted, revision: z.number().int() }).meta({ id: 'ImportedMapping' }),
    work: async ({ ground, actor, params, body, revision }) => {
      const checked = await importCustomMapping(ground, actor, params.connectorId, body, revision)
      return { ...countsOf(checked), revision: revision + 1 }
    },
  }),
] as const

function countsOf({
  entries,
  added,
  changed,
  unchanged,
  removed,
}: Awaited<ReturnType<typeof importCustomMapping>>) {
  return { lines: entries.length, added, changed, unchanged, removed }
}
