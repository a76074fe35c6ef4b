/** `holdfast label …`, `retention-event …` and `message explain`: each command with right and with wrong input. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type HoldfastError } from '../../src/errors.ts'
import { askLabelQueries, evaluateMailboxes } from '../../src/retention/retention.ts'
import { testHolds, textItem } from '../../src/testing/holds.ts'

test('labels, rules and events are made and used at the command line, and it says why an item is kept', async t => {
  const holds = await testHolds(t)
  const { archive } = holds
  const anna = await holds.mailbox('anna')
  const [zebra, horse] = [textItem([anna], 'zebra'), textItem([anna], 'horse')]
  await holds.add(zebra, horse)
  const says = async (words: string, expected: RegExp | HoldfastError['code']) => {
    const given = words.match(/'[^']*'|\S+/g)!.map(word => word.replaceAll("'", ''))
    const { code, stdout, stderr } = await archive.command(given)
    const all = `${words}\n${stdout}\n${stderr}`
    if (typeof expected === 'string') {
      assert.equal(code, ERRORS[expected].exit, all)
      assert.match(stderr, new RegExp(`^${expected}: `, 'm'))
      return
    }
    assert.equal(code, 0, all)
    assert.match(stdout, expected, all)
    if (given.includes('--json')) JSON.parse(stdout)
  }
  await says('label list', /No labels/)
  await says("label create 'Contract' --action keep", 'USAGE')
  await says("label create 'Contract' --action delete", 'LABEL_INVALID')
  await says("label create 'Contract' --action retain-then-delete --period P7Y --review", /Made label 1/)
  await says('label put 1', 'USAGE')
  await says('label put 1 --item nonsense', 'ITEM_UNKNOWN')
  await says(
    `label put 1 --item ${zebra.id} --mailbox anna@example.com`,
    /1 copies have label 1 now; 1 are changed/,
  )
  await says(`label put 1 --query horse --only-unlabelled --json`, /"changed": 1/)
  await says('label take-off --query horse', /1 copies have no label now/)
  await says(
    `message explain ${zebra.id}`,
    /In anna@example.com\n {2}Kept until 20\d\d-\d\d-\d\d 00:00 UTC; then somebody is asked[\s\S]*Label "Contract" \(number 1\), put on by a person/,
  )
  await says(`message explain ${horse.id} --json`, /"labelTakenOff": true/)
  await says('message explain nonsense', 'ITEM_UNKNOWN')
  await says("retention-event type create 'Left'", /Made type of events 1/)
  await says('retention-event record Anna --type 1 --at 2026-03-31', 'USAGE')
  await says('retention-event record Anna --type 9 --at 2026-03-31 --everywhere', 'EVENT_TYPE_UNKNOWN')
  await says(
    'retention-event record Anna --type 1 --at 2026-03-31 --mailbox anna@example.com',
    /Recorded event 1/,
  )
  await says('retention-event list', /Anna +2026-03-31/)
  await says('retention-event withdraw 1 --json', /"withdrawnAt": "/)
  await says('retention-event type change 1 --name Leaves', /Changed type/)
  await says('retention-event type list', /Leaves +0 +0/)
  await says('retention-event type remove 1', 'EVENT_TYPE_IN_USE')
  await says('label create Rest --action none', /Made label 2: only names/)
  await says("label rule create All --label 2 --query 'zebra OR horse'", /Made rule 1/)
  await says('label rule list', /zebra OR horse +on, evaluating/)
  await says('label rule change 1 --query (', 'QUERY_INVALID')
  await askLabelQueries(holds.ground)
  await says('label rule change 1 --off', /off/)
  await says('label change 1 --period ever --no-review', 'LABEL_INVALID')
  await says('label change 1 --period P8Y --no-review --json', /"review": false/)
  await evaluateMailboxes(holds.ground, null, new AbortController().signal)
  await says('label show 1', /retain-then-delete P8Y from when it was sent/)
  await says('label remove 1', 'LABEL_IN_USE')
  await says('label retire 1', /Retired label 1; 1 copies keep it/)
  await says('label remove 2', 'LABEL_IN_USE')
  await says('label rule remove 1', /Removed rule 1/)
  await says('label remove 2', /Removed label 2/)
})
