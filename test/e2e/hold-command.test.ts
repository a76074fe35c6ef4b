/** `holdfast hold …`: each command with right and with wrong input, in order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type HoldfastError } from '../../src/errors.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'

test('holds are placed, listed, shown, changed and released at the command line', async t => {
  const holds = await testHolds(t)
  const { archive } = holds
  const [anna, bo] = [await holds.mailbox('anna'), await holds.mailbox('bo')]
  await holds.add(textItem([anna], 'zebra'), textItem([anna, bo], 'horse'))
  const says = async (words: readonly string[], expected: RegExp | HoldfastError['code']) => {
    const { code, stdout, stderr } = await archive.command(['hold', ...words])
    const all = `${stdout}\n${stderr}`
    if (typeof expected === 'string') {
      assert.equal(code, ERRORS[expected].exit, all)
      assert.match(stderr, new RegExp(`^${expected}: `, 'm'))
      return
    }
    assert.equal(code, 0, all)
    assert.match(stdout, expected)
    if (words.includes('--json')) JSON.parse(stdout)
  }
  await says(['list'], /No holds/)
  await says(['place', 'X', '--mailbox', 'nobody@example.com', '--reason', 'r'], 'MAILBOX_UNKNOWN')
  await says(['place', 'X', '--mailbox', 'anna@example.com', '--reason', ' '], 'HOLD_INVALID')
  await says(['place', 'X', '--mailbox', 'anna@example.com', '--reason', 'r', '--days', 'x'], 'USAGE')
  await says(
    ['place', 'X', '--mailbox', 'anna@example.com', '--reason', 'r', '--query', 'a AND'],
    'QUERY_INVALID',
  )
  await says(
    ['place', 'Case 4', '--mailbox', 'anna@example.com', '--reason', 'Letter', '--query', 'zeb*'],
    /Placed hold 1 on one mailbox/,
  )
  await says(['place', 'All', '--mailbox', 'bo@example.com', '--reason', 'r', '--json'], /"litigation"/)
  await says(['list', '--state', 'active', '--json'], /"total": 2/)
  await says(['list', '--state', 'gone'], 'USAGE')
  await says(['show', '1'], /Copies held {4}1 of 2 in one mailbox[\s\S]*anna@example.com[\s\S]*hold.place/)
  await says(['show', '1', '--json'], /"history"/)
  await says(['show', '99'], 'HOLD_UNKNOWN')
  await says(['change', '1', '--add', 'bo@example.com', '--query', 'horse'], /on 2 mailboxes/)
  await says(['change', '1', '--remove', 'bo@example.com', '--days', '30', '--json'], /"days": 30/)
  await says(['remove-delay', '2', '--reason', 'r'], 'HOLD_NOT_DELAYED')
  await says(['release', '1', '--reason', 'Settled'], /held until/)
  await says(['release', '1', '--reason', 'Again'], 'HOLD_RELEASED')
  await says(['remove-delay', '1', '--reason', 'Ordered'], /has ended/)
  await says(['show', '1'], /Released[\s\S]*Ordered[\s\S]*Settled/)
})
