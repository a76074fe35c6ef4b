/** `holdfast retention`: policies, scopes and what-if by the command line, in processes of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testArchive } from '../../src/testing/archive.ts'

const PEOPLE = `Address,Display Name,Department
anna@contoso.example,Anna Berg,Sales
bo@contoso.example,Bo Ek,Legal
`

test('a policy is made, tried, turned on, locked and only extended, by commands', async t => {
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE)
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await archive.command(['retention', ...words])
    assert.equal(code, 0, stderr)
    return stdout
  }
  assert.match(
    await run('preset', 'list'),
    /sec-17a-4 {2}SEC Rule 17a-4: keep P6Y\n[\s\S]*audit-trail alternative/,
  )
  assert.equal(
    await run('scope', 'create', 'Sales', '--query', 'Department:Sales'),
    'Made adaptive scope 1: 1 mailboxes meet it.\n',
  )
  assert.match(await run('scope', 'show', '1'), /Condition {3}Department:Sales[\s\S]*anna@contoso\.example/)
  assert.equal(
    await run('policy', 'create', 'Books', '--all', '--preset', 'mifid-ii'),
    'Made retention policy 1: retain P5Y from sent, off, on 4 mailboxes.\n',
  )
  assert.match(await run('what-if', '--policy', '1', '--period', 'P7Y'), /^0 copies in 4 mailboxes/)
  assert.match(await run('policy', 'turn-on', '1'), /^Turned on retention policy 1: .*, on, on 4 mailboxes/)
  assert.match(await run('policy', 'lock', '1', '--confirm', 'Books'), /on, locked/)
  const refused = await archive.command(['retention', 'policy', 'turn-off', '1'])
  assert.equal(refused.code, 4)
  assert.match(refused.stderr, /^RETENTION_POLICY_LOCKED: .*\n.*longer period/)
  assert.match(await run('policy', 'change', '1', '--period', 'P7Y'), /retain P7Y/)
  await run('policy', 'create', 'Old', '--scope', '1', '--action', 'delete', '--period', 'P3Y', '--review')
  assert.match(
    await run('policy', 'remove', '2'),
    /^Removed retention policy 2: delete P3Y from sent, removed/,
  )
  const listed = JSON.parse(await run('policy', 'list', '--json'))
  assert.deepEqual(
    listed.policies.map((each: { name: string; period: string }) => [each.name, each.period]),
    [['Books', 'P7Y']],
  )
  assert.match(await run('policy', 'show', '1'), /Locked {7}\S+[\s\S]*retention-policy\.lock/)
  assert.equal(await run('scope', 'remove', '1'), 'Removed adaptive scope 1.\n')
})
