/** `holdfast disposition …`: each command with right and with wrong input, in order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type HoldfastError } from '../../src/errors.ts'
import { testDisposition } from '../../src/testing/disposition.ts'

test('disposal is steered, run and reviewed at the command line', async t => {
  const given = await testDisposition(t)
  const [first, second] = await given.add(3, 6, 101)
  await given.add(2, 6, 102)
  await given.policy(5, [101], { review: true })
  await given.policy(5, [102])
  const says = async (words: readonly string[], expected: RegExp | HoldfastError['code']) => {
    const { code, stdout, stderr } = await given.archive.command(['disposition', ...words])
    const all = `${words.join(' ')}\n${stdout}\n${stderr}`
    if (typeof expected === 'string') {
      assert.equal(code, ERRORS[expected].exit, all)
      assert.match(stderr, new RegExp(`^${expected}: `, 'm'))
      return
    }
    assert.equal(code, 0, all)
    assert.match(stdout, expected)
    if (words.includes('--json')) JSON.parse(stdout)
  }
  const box = ['--mailbox', 'kept-101@example.com', '--comment', 'Looked through']
  await says(['runs'], /No run yet/)
  await says(['reviews'], /Nothing in review/)
  await says(['status'], /Disposal goes on[\s\S]*Due {11}5 copies[\s\S]*Approval by {3}one person/)
  await says(['pause', '--reason', 'Claim 17'], /is paused/)
  await says(['run'], 'DISPOSITION_PAUSED')
  await says(['status'], /is paused[\s\S]*Why {11}Claim 17/)
  await says(['resume', '--reason', 'Settled'], /goes on/)
  await says(['resume', '--reason', 'Settled'], 'DISPOSITION_RUNNING')
  await says(['set', '--at', '25:00'], 'DISPOSITION_INVALID')
  await says(['set', '--two-persons', '--one-person'], 'USAGE')
  await says(
    ['set', '--at', '03:30', '--daily-limit', '1000', '--unusual', '500', '--two-persons'],
    /at 03:30 UTC[\s\S]*1,000 copies[\s\S]*two persons/,
  )
  await says(['set', '--one-person', '--daily-limit', 'none', '--json'], /"dailyLimit": null/)
  await says(['confirm-volume', '--reason', 'r'], 'DISPOSITION_RUNNING')
  await says(['run'], /is complete[\s\S]*Left {10}2 copies, 2 items[\s\S]*To review {5}3/)
  await says(['runs', '--json'], /"reviewed": 3/)
  await says(['runs'], /person[\s\S]*complete/)
  await says(['reviews'], /kept-101@example.com[\s\S]*after 5 years[\s\S]*pending[\s\S]*3 in all/)
  await says(['reviews', '--state', 'gone'], 'USAGE')
  await says(['reviews', '--mailbox', 'nobody@example.com'], 'MAILBOX_UNKNOWN')
  await says(['approve', ...box], 'USAGE')
  await says(['extend', 'P0D', ...box, '--item', first!], 'DISPOSITION_INVALID')
  await says(['extend', 'a year', ...box, '--item', first!], 'USAGE')
  await says(['extend', 'P1Y', ...box, '--item', first!], /Decided on 1 copies/)
  await says(['relabel', '9', ...box, '--item', second!], 'LABEL_UNKNOWN')
  await says(['approve', ...box, '--item', first!], 'DISPOSITION_REVIEW_UNKNOWN')
  await says(['approve', ...box, '--all', '--json'], /"decided": 2/)
  await says(['approve', ...box, '--all'], /Nothing waits/)
  await says(['run'], /Left {10}2 copies/)
  assert.deepEqual(await given.filed(101), [first])
  await says(['reviews', '--state', 'disposed', '--json'], /"Looked through"/)
  await says(['confirm-clocks', '--reason', 'It is noon'], /Confirmed/)
})
