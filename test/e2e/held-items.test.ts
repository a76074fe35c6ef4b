/** Every route by which content could leave, tried on what is held or retained: afterwards it is there, whole and proved. */
import assert from 'node:assert/strict'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROUTES } from '../../src/api/api.ts'
import { testApi } from '../../src/testing/api.ts'
import { assertSound, openTestArchive, runCommand, testFolder } from '../../src/testing/archive.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { EVERYBODY, keptArchive, patient, peopleCsv } from './kept-archive.ts'
import { type Rules, routesOf, setRules } from './kept-routes.ts'

/** Routes that change something and can take nothing from what is kept, by the reason why not. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  'of who signs in, with what, and what they may do': [
    'startSession',
    'giveSecondFactor',
    'changePassword',
    'signOut',
    'editAccount',
    'beginSecondFactor',
    'confirmSecondFactor',
    'removeSecondFactor',
    'endOwnSession',
    'signOutEverywhere',
    'addToken',
    'revokeOwnToken',
    'revokeToken',
    'addRoleGroup',
    'editRoleGroup',
    'removeRoleGroup',
    'addMember',
    'removeMember',
    'previewMailboxLimit',
    'addPerson',
    'editPerson',
    'resetPassword',
    'saveSignInSettings',
    'testOidc',
  ],
  'of what a connector will collect; what it did collect is no longer its': [
    'setConnectorDefaults',
    'startConnector',
    'signInConnector',
    'editConnectorDraft',
    'finishConnector',
    'discardConnectorDraft',
    'editConnector',
    'replaceCredentials',
    'pauseConnector',
    'resumeConnector',
  ],
  'it only looks': ['checkCustomMapping', 'checkQuery', 'checkDirectory', 'startVerification'],
  'of queries, and of lists of ids that they found': [
    'addSavedSearch',
    'editSavedSearch',
    'removeSavedSearch',
    'requestSearchRun',
    'removeSearchRun',
    'removeTermReport',
  ],
  'of alerts': [
    'acknowledgeAlert',
    'changeAlertRule',
    'addAlertChannel',
    'changeAlertChannel',
    'removeAlertChannel',
    'rotateAlertChannelSecret',
    'testAlertChannel',
  ],
  'it stops disposal, or lets it go on as it would': [
    'pauseDisposition',
    'resumeDisposition',
    'confirmDispositionVolume',
    'confirmDispositionClocks',
    'changeDispositionSettings',
  ],
  'it says that a key was copied': ['confirmMasterKeyCopied'],
  'it names a kind of events, or takes one away that nothing counts from': [
    'createEventType',
    'changeEventType',
    'removeEventType',
  ],
}

/** Commands that could take something away, and whether they are refused. */
const COMMANDS = (
  rules: Rules,
  folder: string,
): readonly (readonly [string[], 'done' | 'refused', string?])[] => [
  [['reindex'], 'done'],
  [['connector', 'remove', '1'], 'refused'],
  [['directory', 'import', join(folder, 'people.csv'), '--deactivate-missing'], 'done'],
  [['mapping', 'import', join(folder, 'people.csv'), '--connector', '1'], 'refused'],
  [['unmapped', 'replay'], 'done'],
  [['retention', 'policy', 'turn-off', String(rules.locked)], 'refused'],
  [['retention', 'policy', 'remove', String(rules.locked)], 'refused'],
  [['retention', 'policy', 'change', String(rules.locked), '--period', 'P1D'], 'refused'],
  [['label', 'remove', String(rules.label)], 'refused'],
  [['disposition', 'run'], 'done'],
  [['archive-policy', 'run'], 'done'],
  [['rotate-key'], 'done'],
  [['disposal', 'scrub'], 'done'],
]

test('every route that changes something is tried on what is kept, or said to be harmless', () => {
  const tried = [
    'removeHoldDelay',
    ...routesOf({ locked: 0, label: 0, holds: new Map() }).flatMap(each => each.api ?? []),
  ]
  const named = [...tried, ...Object.values(HARMLESS).flat()].sort()
  assert.deepEqual([...new Set(named)].sort(), named, 'each is named once')
  const changing = ROUTES.filter(({ method, reads }) => method !== 'get' && !reads).map(({ id }) => id)
  // Reads by their method's name that make something which is taken away again.
  assert.deepEqual(named, [...changing, 'requestExport'].sort())
})

test('what is kept stays whole, whatever route is tried', { timeout: 600_000 }, async t => {
  const kept = await keptArchive(t)
  const { archive } = kept
  const rules = await setRules(kept)
  const people = EVERYBODY.filter(person => person !== 'gus' && person !== 'hugo')
  await kept.intact(people, 'its rules were made')
  for (const route of routesOf(rules))
    await t.test(route.name, async () => {
      await route.try(kept)
      await kept.intact(people, route.name)
      assert.equal(await kept.isThere('gus'), false, 'what nothing keeps went at the first')
    })
  await t.test('commands', async () => {
    const folder = await testFolder()
    await writeFile(join(folder, 'people.csv'), peopleCsv(['gus']))
    for (const [words, outcome] of COMMANDS(rules, folder)) {
      const answer = await archive.command(words)
      assert.equal(
        answer.code === 0 ? 'done' : 'refused',
        outcome,
        `${words.join(' ')}: ${answer.stderr}${answer.stdout}`,
      )
      if (outcome === 'done') await kept.intact(people, words.join(' '))
    }
    await kept.intact(people, 'commands that are refused')
  })
  await t.test('a backup that is restored, and disposal there', async t => {
    const folder = join(await testFolder(), 'backup')
    assert.equal((await archive.command(['backup', folder])).code, 0)
    const { programUrl, ownerUrl } = await testDatabase(t)
    const place = await testFolder()
    await copyFile(join(archive.folder, 'master.key'), join(place, 'master.key'))
    const environment = {
      ...archive.environment,
      HOLDFAST_DATA: place,
      DATABASE_URL: programUrl,
      DATABASE_OWNER_URL: ownerUrl,
    }
    const restored = await runCommand(['restore', folder], environment)
    assert.equal(restored.code, 0, restored.stderr)
    const copy = await openTestArchive(t, environment)
    await copy.seal()
    assert.equal((await runCommand(['disposition', 'run'], environment)).code, 0)
    const api = await testApi(t, copy)
    const caller = patient({
      ...kept.admin,
      call: (
        method: string,
        path: string,
        options: { body?: unknown; headers?: Record<string, string> } = {},
      ) =>
        api.call(method, path, {
          ...options,
          headers: { authorization: `Bearer ${kept.admin.token}`, ...options.headers },
        }),
    })
    await kept.intact(people, 'a restore', caller)
    await assertSound(copy)
  })
  await t.test('what is let go of goes', async () => {
    await kept.act('POST', `/holds/${rules.holds.get('mia')}/remove-delay`, { reason: 'settled' })
    await kept.dispose()
    assert.equal(await kept.isThere('mia'), false)
    await kept.intact(
      people.filter(person => person !== 'mia'),
      'the end of a delay',
    )
  })
  await assertSound(archive)
})
