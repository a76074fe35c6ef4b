/**
 * The report: the chain of custody of an export, for people who read and do not verify. One page of HTML without
 * scripts, pictures or anything from elsewhere; whatever it quotes is escaped.
 */

import { findProduct } from '../connector/connector.ts'
import type { Sql } from '../database/database.ts'
import type { Statement } from './manifest.ts'
import type { CopyCount } from './stored-export.ts'

type Origin = {
  readonly name: string
  readonly product: string
  readonly account: string
  readonly items: number
  readonly runs: number
  readonly archivedFirst: Date
  readonly archivedLast: Date
}

/** Where the exported items came from: each connector with its account and imports. */
export async function originsOf(sql: Sql, exportId: string): Promise<Origin[]> {
  const rows = await sql.query<{
    name: string
    product: string
    account_id: string
    items: number
    runs: number
    first_at: Date
    last_at: Date
  }>(
    `select c.name, c.product, c.account_id, count(*) as items, count(distinct i.run_id) as runs,
       min(i.filed_at) as first_at, max(i.filed_at) as last_at
     from (select distinct item_id from export_item where export_id = $1 and state = 'written') x
       join item i using (item_id) join connector c using (connector_id)
     group by c.connector_id order by c.connector_id`,
    [exportId],
  )
  return rows.map(row => ({
    name: row.name,
    product: findProduct(row.product).name,
    account: row.account_id,
    items: row.items,
    runs: row.runs,
    archivedFirst: row.first_at,
    archivedLast: row.last_at,
  }))
}

const FORMATS = {
  eml: 'E-mail messages (EML), one file a copy',
  mbox: 'E-mail messages in mbox files, one a folder',
  rsmf: 'Conversations by day (Relativity Short Message Format 2.0.0)',
  dat: 'Load file (Concordance DAT) with natives and text',
  table: 'Tables (CSV and JSON) without message files',
} as const

/** The page. */
export function reportPage(statement: Statement, origins: readonly Origin[]): Buffer {
  const { archive, search, counts, export: about } = statement
  const title = `Export ${about.name}`
  const body = [
    archive.demonstration
      ? '<p class="notice">From a demonstration archive: its people and their messages are invented.</p>'
      : '',
    `<h1>Chain of custody</h1><p class="lead">${text(about.name)}</p>`,
    section('What was exported', [
      ['Export', about.id],
      ['Archive', `${archive.organisation} (${archive.id})`],
      ['Asked for by', about.requestedBy],
      ['Asked for at', time(about.requestedAt)],
      ['Messages selected at', time(about.selectedAt)],
      ['Query', search.query === '' ? '(everything in scope)' : search.query],
      ...(search.savedSearchRun === null
        ? []
        : ([['Of a saved search', `run ${search.savedSearchRun}`]] as const)),
      ['Mailboxes', list(search.mailboxes, 'all')],
      ['Connectors', list(search.connectors, 'all')],
      ['Folders', list(search.folders, 'all')],
      ['First and last message sent', `${time(statement.sent.first)} to ${time(statement.sent.last)}`],
      ['Format', FORMATS[about.format]],
      ['Time zone in which days are counted', about.timeZone],
      ['Context', contextText(about.context)],
      [
        'Duplicates',
        about.duplicates === 'suppressed'
          ? 'A message in several mailboxes is exported once; suppressed.csv names the others.'
          : 'A message in several mailboxes is exported from each.',
      ],
      ['Made with', statement.tool],
    ]),
    '<h2>Counts</h2>',
    countTable(counts),
    '<p>Each row adds up: copies = exported + failed + suppressed duplicates. A copy is a message in a mailbox.',
    ' exceptions.csv has what failed and why; items.csv a line for each copy exported.</p>',
    search.partiallyIndexed + search.notYetIndexed > 0
      ? `<p class="notice">The search could not look into all attachments: of ${count(search.partiallyIndexed)} messages within its scope some text could not be read, and ${count(search.notYetIndexed)} had not been read yet. Such a message is found by its own words, people and times, not by what is attached.</p>`
      : '<p>The search could look into everything within its scope, attachments included.</p>',
    search.restricted > 0
      ? `<p class="notice">Left out: ${count(search.restricted)} messages within its scope, matching or not, that somebody asked to be erased and that are kept for holds or retention alone (article 18 of the GDPR).</p>`
      : '',
    '<h2>Where the messages came from</h2>',
    originTable(origins),
    CUSTODY,
    '<h2>How to check this</h2>',
    `<p>VERIFY.txt says how to check this package on any machine, with or without Holdfast. The archive claims to sign with this key; get it from elsewhere too: <code>${text(archive.publicKey)}</code></p>`,
    `<p>The digest (SHA-256) of manifest.json is in the archive's audit log, in the entry <code>export.complete</code> about <code>export:${text(about.id)}</code>; manifest.json has the digest of files.jsonl, and that the digests of all files, this page among them.</p>`,
  ].join('\n')
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`)
}

const CUSTODY = `<h2>How they were kept</h2>
<ol>
<li><strong>Collected.</strong> The connector fetched each message from the provider's account and staged it, sealed, exactly as it was received.</li>
<li><strong>Archived.</strong> Original and message were sealed together under a key of their own. What proves them, a digest blinded by that key, went into a Merkle tree, and the tree's root into the audit log in the same transaction.</li>
<li><strong>Logged.</strong> Entries of the audit log are leaves of a Merkle tree (RFC 9162) whose head is signed within seconds. An entry cannot be changed, removed or added later without contradicting a signed head.</li>
<li><strong>Exported.</strong> Each message was opened, its seal verified, and written as it was archived. The proofs in this package lead from each message to the signed head.</li>
</ol>
<p>That the messages are as they were archived, and when that was, can be proved from this package alone. That the search found everything it should have found cannot; it can be repeated in the archive.</p>`

const STYLE = `:root{color-scheme:light dark}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem}
h1{margin:0 0 .25rem;font-size:1.75rem}h2{margin:2rem 0 .5rem;font-size:1.2rem}
.lead{margin:0;font-size:1.1rem;overflow-wrap:anywhere}
.notice{border:1px solid;padding:.5rem .75rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:.35rem .6rem;border-bottom:1px solid color-mix(in srgb,CanvasText 25%,Canvas);text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code{overflow-wrap:anywhere}
@media print{main{max-width:none;padding:0}}`

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(
    ([name, value]) => `<tr><th scope="row">${text(name)}</th><td>${text(value)}</td></tr>`,
  )
  return `<h2>${text(title)}</h2>\n<table>\n${cells.join('\n')}\n</table>`
}

function countTable({ matched, context }: Statement['counts']): string {
  const row = (name: string, of: CopyCount) =>
    `<tr><th scope="row">${name}</th>${[of.items, of.copies, of.exported, of.failed, of.suppressed].map(each => `<td class="number">${count(each)}</td>`).join('')}</tr>`
  return table(
    ['', 'Messages', 'Copies', 'Exported', 'Failed', 'Suppressed duplicates'],
    [row('Matched', matched), ...(context.copies > 0 ? [row('Context, not matched', context)] : [])],
  )
}

function originTable(origins: readonly Origin[]): string {
  const rows = origins.map(
    ({ name, product, account, items, runs, archivedFirst, archivedLast }) =>
      `<tr><th scope="row">${text(name)}</th><td>${text(product)}</td><td>${text(account)}</td><td class="number">${count(items)}</td><td class="number">${count(runs)}</td><td>${time(archivedFirst)}</td><td>${time(archivedLast)}</td></tr>`,
  )
  const head = ['Connector', 'Product', 'Account', 'Messages', 'Imports', 'First archived', 'Last archived']
  return rows.length === 0 ? '<p>No message was exported.</p>' : table(head, rows)
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name, index) =>
    name === ''
      ? '<td></td>'
      : `<th scope="col"${isNumber(name, index) ? ' class="number"' : ''}>${name}</th>`,
  )
  return `<div class="wide"><table>\n<tr>${cells.join('')}</tr>\n${rows.join('\n')}\n</table></div>`
}

const NUMBERS = new Set(['Messages', 'Copies', 'Exported', 'Failed', 'Suppressed duplicates', 'Imports'])
const isNumber = (name: string, index: number) => index > 0 && NUMBERS.has(name)

function contextText(context: Statement['export']['context']): string {
  if (context.type === 'around')
    return `${context.messages} messages of the conversation before and after each match, marked as context`
  if (context.type === 'conversation') return 'The whole conversation of each match, marked as context'
  if (context.type === 'day') return 'The day of the conversation of each match, marked as context'
  return 'None: exactly what matched'
}

const list = (names: readonly string[] | null, all: string) =>
  names === null ? all : names.length === 0 ? 'none' : names.join(', ')
const time = (at: Date | null) =>
  at === null ? '-' : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
const count = (value: number) => value.toLocaleString('en-GB')

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const text = (value: string) => value.replace(/[&<>"']/g, character => ESCAPES[character]!)
