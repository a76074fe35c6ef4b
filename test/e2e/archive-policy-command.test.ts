/** `holdfast archive-policy …`: each command with right and with wrong input, in order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type HoldfastError } from '../../src/errors.ts'
import { HELD_NOW, testHolds, textItem } from '../../src/testing/holds.ts'

const DAY = 86_400_000

test('archive policies are made, listed, shown, changed, run and removed at the command line', async t => {
  const holds = await testHolds(t)
  const { archive } = holds
  const [anna, bo] = [await holds.mailbox('anna'), await holds.mailbox('bo')]
  await holds.add(
    textItem([anna, bo], 'zebra', { sentAt: HELD_NOW - 1000 * DAY }),
    textItem([anna], 'horse', { sentAt: HELD_NOW - 100 * DAY }),
  )
  const says = async (words: readonly string[], expected: RegExp | HoldfastError['code']) => {
    const { code, stdout, stderr } = await archive.command(['archive-policy', ...words])
    const all = `${stdout}\n${stderr}`
    if (typeof expected === 'string') {
      assert.equal(code, ERRORS[expected].exit, all)
      assert.match(stderr, new RegExp(`^${expected}: `, 'm'))
      return null
    }
    assert.equal(code, 0, all)
    assert.match(stdout, expected)
    return words.includes('--json') ? JSON.parse(stdout) : null
  }
  await says(['list'], /No archive policies[\s\S]*0 copies in 0 mailboxes/)
  await says(['create', 'X', '--after', 'P2Y'], 'USAGE')
  await says(['create', 'X', '--after', '2 years', '--everywhere'], 'ARCHIVE_POLICY_INVALID')
  await says(['create', 'X', '--after', 'P2Y', '--mailbox', 'nobody@example.com'], 'MAILBOX_UNKNOWN')
  await says(
    ['create', 'Two years', '--after', 'P2Y', '--everywhere'],
    /Made archive policy 1 for 10 mailboxes/,
  )
  await says(['create', 'Again', '--after', 'P2Y', '--everywhere'], 'ARCHIVE_POLICY_TAKEN')
  await says(['list'], /the organisation +10 +P2Y[\s\S]*2 copies in 2 mailboxes/)
  const { policyId } = await says(
    ['create', 'Soon', '--after', 'P90D', '--mailbox', 'anna@example.com', '--json'],
    /"period": "P90D"/,
  )
  await says(['list', '--json'], /"filings": 3/)
  await says(['show', String(policyId)], /Soon[\s\S]*P90D[\s\S]*anna@example.com/)
  await says(['show', '99'], 'ARCHIVE_POLICY_UNKNOWN')
  await says(['change', String(policyId), '--after', 'never', '--add', 'bo@example.com'], /for 2 mailboxes/)
  await says(['list'], /0 copies in 0 mailboxes/)
  await says(['change', String(policyId), '--remove', 'bo@example.com', '--json'], /"mailboxes": 1/)
  await says(['run'], /Looked at 1 copies: 0 moved, 0 brought back/)
  await says(['remove', String(policyId)], /Removed archive policy \d/)
  await says(['list'], /2 copies in 2 mailboxes/)
})
