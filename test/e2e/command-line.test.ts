/** Each command with right and with wrong input: exit codes, errors with code and hint, JSON that parses. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ERRORS, type HoldfastError } from '../../src/errors.ts'
import {
  type Answer,
  ROOT,
  runCommand,
  type TestArchive,
  testArchive,
  testFolder,
} from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

const END = Date.UTC(2026, 9, 30)
const NOBODY = '019a9f3e-5c00-8a2b-9c3d-0123456789ab'

/** What a command says: an error by its code (and with the exit code of the registry), or else a text, with exit code 0. */
type Says = RegExp | HoldfastError['code']
type Case = readonly [words: readonly string[], says: Says, exit?: number]

/** Runs the cases, two at a time, and checks each. */
async function check(t: TestContext, archive: TestArchive, cases: readonly Case[]): Promise<void> {
  const waiting = [...cases]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [words, says, exit] = next
      const answer = await archive.command(words)
      await t.test(words.join(' ').replaceAll(archive.folder, '…'), () => judge(answer, words, says, exit))
    }
  }
  await Promise.all([work(), work()])
}

function judge(answer: Answer, words: readonly string[], says: Says, exit = 0): void {
  const everything = `${answer.stdout}\n${answer.stderr}`
  assert.equal(answer.code, typeof says === 'string' ? ERRORS[says].exit : exit, everything)
  assert.doesNotMatch(everything, /^\s+at .*\.ts:\d+/m, 'no stack is shown')
  if (typeof says === 'string') {
    const lines = answer.stderr.trimEnd().split('\n')
    assert.ok(
      lines.some(line => line.startsWith(`${says}: `)),
      answer.stderr,
    )
    assert.equal(lines.at(-1), ERRORS[says].hint, 'the hint comes last')
  } else assert.match(everything, says)
  if (words.includes('--json') && exit === 0) JSON.parse(answer.stdout)
}

test('every command on one archive', async t => {
  const site = await startSite({ people: 24, days: 2, seed: 3, end: END - 1, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const folder = await testFolder()
  const file = async (name: string, content: string) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
  const people = await file('people.csv', site.directoryCsv())
  const badPeople = await file('bad.csv', 'Address,Display Name\r\nnot an address,X\r\n')
  const mapping = await file('mapping.csv', site.mappingCsv())
  const badMapping = await file(
    'badmap.csv',
    'External User ID,Microsoft 365 User Mailbox\r\n123,nobody@example.com\r\n',
  )
  const notCsv = await file('not.csv', '\u0000\u0001\ufffd')
  const absent = join(folder, 'absent.csv')
  const env = { ...archive.environment, HOLDFAST_PASSWORD: site.account.password }
  const add = [
    'connector',
    'add',
    '--product',
    'enterprise-number',
    '--site',
    site.url,
    '--username',
    site.account.username,
  ]

  // One after the other: each needs what the one before it did.
  const imported = await archive.command(['directory', 'import', people, '--json'])
  judge(imported, ['--json'], /"added"/)
  judge(
    await runCommand([...add, '--accept-terms', '--mapping', mapping, '--json'], env),
    ['--json'],
    /"connectorId": 1/,
  )
  judge(await runCommand([...add, '--accept-terms'], env), [], 'CONNECTOR_EXISTS')
  judge(await runCommand(add, env), [], 'TERMS_NOT_ACCEPTED')
  judge(
    await runCommand([...add, '--accept-terms'], { ...env, HOLDFAST_PASSWORD: 'wrong' }),
    [],
    'SITE_SIGN_IN_WRONG',
  )
  await archive.work()
  const window = ['--from', new Date(site.from).toISOString(), '--to', '2026-10-30']
  const ran = await archive.command(['connector', 'run', '1', ...window, '--json'])
  judge(ran, ['--json'], /"status": "complete"/)
  judge(await archive.command(['connector', 'run', '1', ...window]), [], /Both sums add up/)
  await archive.seal()

  const [item] = await archive.ground.database.query<{ item_id: string }>(
    `select item_id from item where state = 'filed' and message_size is null limit 1`,
  )
  const itemId = item!.item_id
  const eml = join(folder, 'message.eml')
  const proof = join(folder, 'proof.json')
  judge(
    await archive.command(['message', 'export', itemId, '--output', eml, '--proof', proof]),
    [],
    /bytes are in/,
  )
  const exported = await readFile(eml)
  await file('changed.eml', exported.toString('latin1').replace('Subject', 'subject'))

  await check(t, archive, [
    [['--help'], /holdfast/],
    [['nonsense'], /unknown command/, 2],
    [['status'], /DEMONSTRATION/],
    [['status', '--json'], /"publicKey"/],
    [['status', '--surprise'], /unknown option/, 2],
    [['init'], 'ARCHIVE_EXISTS'],
    [['--data', join(folder, 'nowhere'), 'status'], 'MASTER_KEY_MISSING'],
    [['connector', 'list'], /enterprise-number/],
    [['connector', 'list', '--json'], /"hasPassword": true/],
    [['connector', 'products', '--json'], /o2/],
    [['connector', 'show', '1'], /Terms accepted/],
    [['connector', 'show', '1', '--json'], /"connectorId": 1/],
    [['connector', 'show', '99'], 'CONNECTOR_UNKNOWN'],
    [['connector', 'show', 'x'], 'USAGE'],
    [['connector', 'check', '1', '--json'], /"registered"/],
    [['connector', 'edit', '1'], 'USAGE'],
    [['connector', 'edit', '1', '--schedule', 'weekly'], 'CONNECTOR_INVALID'],
    [['connector', 'edit', '1', '--item-size-max', '-1'], /./, 2],
    [['connector', 'run', '1', '--from', '2026-13-01'], 'WINDOW_INVALID'],
    [['connector', 'run', '1', '--to', '2026-10-30'], 'WINDOW_INVALID'],
    [['connector', 'run', '99'], 'CONNECTOR_UNKNOWN'],
    [['connector', 'remove', '1'], 'USAGE'],
    [['run', 'list'], /complete/],
    [['run', 'list', '--json', '--connector', '1'], /"runId": 1/],
    [['run', 'list', '--limit', 'many'], 'USAGE'],
    [['run', 'show', '1', '--json'], /"failures"/],
    [['run', 'show', '77'], 'RUN_UNKNOWN'],
    [['mapping', 'check', mapping, '--connector', '1'], /good lines/],
    [['mapping', 'check', mapping, '--connector', '1', '--json'], /"preview"/],
    [['mapping', 'check', mapping], /required option/, 2],
    [['mapping', 'check', badMapping, '--connector', '1'], 'MAPPING_INVALID'],
    [['mapping', 'import', badMapping, '--connector', '1'], 'MAPPING_INVALID'],
    [['mapping', 'check', notCsv, '--connector', '1'], /CSV_INVALID|MAPPING_INVALID/, 2],
    [['mapping', 'import', absent, '--connector', '1'], 'FILE_UNREADABLE'],
    [['mapping', 'export', '--connector', '1'], /External User ID/],
    [['mapping', 'export'], /External User ID/],
    [['directory', 'import', people, '--check'], /Would be/],
    [['directory', 'import', badPeople], 'DIRECTORY_INVALID'],
    [['directory', 'import', absent], 'FILE_UNREADABLE'],
    [['directory', 'list', '--json', '--limit', '3'], /"address"/],
    [['mailbox', 'list', '--limit', '3'], /kestrel-harbour.example/],
    [['mailbox', 'show', 'unmapped', '--json'], /"folders"/],
    [['mailbox', 'show', 'nobody@example.com'], 'MAILBOX_UNKNOWN'],
    [['unmapped', 'list'], /Number or user|Nothing/],
    [['unmapped', 'list', '--json'], /./],
    [['unmapped', 'replay', '--json'], /"resolved"/],
    [['unmapped', 'replay', '--connector', '99'], 'CONNECTOR_UNKNOWN'],
    [['search', 'the'], /items? match/],
    [['search', 'kind:sms', '--json', '--limit', '2'], /"matches"/],
    [['search', 'kind:sms', '--count'], /\d/],
    [['search', '"open phrase'], 'QUERY_INVALID'],
    [['search', 'a AND'], 'QUERY_INVALID'],
    [['search', 'the', '--mailbox', 'nobody@example.com'], 'MAILBOX_UNKNOWN'],
    [['message', 'show', itemId], /Filed in/],
    [['message', 'show', itemId, '--json'], /"filings"/],
    [['message', 'show', NOBODY], 'ITEM_UNKNOWN'],
    [['message', 'show', 'not-an-id'], 'ITEM_UNKNOWN'],
    [['message', 'export', itemId], /X-TELEMESSAGE/],
    [['message', 'export', itemId, '--output', eml], 'FILE_UNREADABLE'],
    [['message', 'export', NOBODY], 'ITEM_UNKNOWN'],
    [['audit', 'list', '--limit', '3'], /About/],
    [['audit', 'list', '--act', 'message.*', '--json'], /"entries"/],
    [['audit', 'list', '--from', 'yesterday'], 'WINDOW_INVALID'],
    [['verify'], /consistent, origin unproven/],
    [['verify', '--json'], /"ok": true/],
    [['verify', '--public-key', 'nonsense'], 'CHECKPOINT_INVALID'],
    [['verify', '--proof', proof], 'USAGE'],
    [['verify', '--proof', proof, '--message', eml], /origin unproven/],
    [['verify', '--proof', proof, '--message', join(folder, 'changed.eml')], 'VERIFY_FAILED'],
    [['verify', '--proof', eml, '--message', eml], 'PROOF_INVALID'],
    [['fsck'], /all is well/],
    [['fsck', '--json'], /"findings": \[\]/],
    [['reindex'], /items are indexed/],
    [['backup', folder], 'BACKUP_INVALID'],
    [['restore', join(folder, 'nothing')], 'BACKUP_INVALID'],
    [['serve', '--workers', 'none'], 'CONFIG_INVALID'],
  ])

  // Last, since they change what the others look at.
  await check(t, archive, [[['connector', 'pause', '1'], /paused/]])
  await check(t, archive, [[['connector', 'run', '1'], 'CONNECTOR_PAUSED']])
  await check(t, archive, [[['connector', 'resume', '1'], /active/]])
  await check(t, archive, [[['connector', 'remove', '1', '--yes'], /removed/]])
  await check(t, archive, [[['connector', 'run', '1'], 'CONNECTOR_UNKNOWN']])
})

test('where there is no archive, or a setting is wrong, the command says so', async () => {
  const folder = await testFolder()
  const env = { HOLDFAST_DATA: join(folder, 'none') }
  const bin = join(ROOT, 'bin', 'holdfast')
  judge(await runCommand(['status'], env, '', bin), [], 'ARCHIVE_MISSING')
  judge(await runCommand(['--help'], env, '', bin), [], /Usage: holdfast/)
  judge(await runCommand(['connector', 'products', '--json'], env, '', bin), ['--json'], /enterprise-number/)
  judge(await runCommand(['status'], env), [], 'ARCHIVE_MISSING')
  judge(await runCommand(['status'], { ...env, HOLDFAST_TYPO: '1' }), [], 'CONFIG_INVALID')
  judge(await runCommand(['status'], { ...env, HOLDFAST_PAGE_ITEMS: '0' }), [], 'CONFIG_INVALID')
  judge(
    await runCommand(['status'], { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }),
    [],
    'DATABASE_UNREACHABLE',
  )
})
