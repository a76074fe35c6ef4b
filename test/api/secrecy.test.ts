/**
 * What people type into the portal and read in it is found in no log of the serving process and in no row of the
 * database: passwords, tokens, cookies, codes' secrets, searches, and the messages themselves.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '../../src/database/database.ts'
import { testApi } from '../../src/testing/api.ts'
import { assertComplete, endProgram, startProgram, testArchive } from '../../src/testing/archive.ts'
import { type Needle, needlesOfText, Searcher } from '../e2e/needles.ts'
import {
  ACCOUNT,
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../e2e/tiny-site.ts'

const SAID = 'dunlinquagmire'
const SOUGHT = 'curlewobelisk'
const NAMED = 'whinchatcolonnade'
const GUESSED = 'Wrong-guess-of-a-password-4471'
const TYPED = 'Own-long-password-for-me-9931'

/** The address that `serve` says it is at. */
async function portalOf(program: { readonly said: string }): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const found = /Portal: (http:\S+)/.exec(program.said)
    if (found) return found[1]!
    await wait(50)
  }
  assert.fail(`serve did not say where it is:\n${program.said}`)
}

test('nothing that is typed into the portal, or read in it, is found in the logs or the database', async t => {
  const site = await startTinySite([
    tinyRecord({ id: 'm1', from: ANNA.number, to: BO.number, text: `a ${SAID}` }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const { personWith, signIn } = await testApi(t, archive)
  const person = await personWith([
    'Preview',
    'Compliance Search',
    'Mailbox Import Export',
    'Role Management',
  ])
  // Signed in once beforehand, so that the password need not be changed below.
  const first = await signIn(person)
  const [{ item_id: itemId }] = (await archive.ground.database.query<{ item_id: string }>(
    'select item_id from item',
  )) as [{ item_id: string }]

  const program = startProgram(['serve', '--workers', '1'], {
    ...archive.environment,
    HOLDFAST_LOG_LEVEL: 'debug',
  })
  t.after(() => endProgram(program))
  const url = await portalOf(program)
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const wrong = await send('POST', '/api/session', { username: person.username, password: GUESSED })
  assert.equal(wrong.status, 401, wrong.text)
  const right = await send('POST', '/api/session', { username: person.username, password: person.password })
  assert.equal(right.status, 200, right.text)
  const cookie = right.headers.getSetCookie()[0]!.split(';')[0]!
  const headers = { cookie, 'x-csrf-token': JSON.parse(right.text).csrfToken as string }
  const changed = await send(
    'POST',
    '/api/session/password',
    { current: person.password, next: TYPED },
    headers,
  )
  assert.equal(changed.status, 200, changed.text)
  const now = {
    cookie: changed.headers.getSetCookie()[0]?.split(';')[0] ?? cookie,
    'x-csrf-token': JSON.parse(changed.text).csrfToken as string,
  }
  const factor = await send('POST', '/api/account/second-factor', {}, now)
  assert.equal(factor.status, 200, factor.text)
  const bearer = { authorization: `Bearer ${person.token}` }
  const read = await send('GET', `/api/items/${itemId}`, undefined, bearer)
  assert.ok(read.text.includes(SAID), read.text)
  const sought = await send('POST', '/api/search/count', { query: SOUGHT, mailboxIds: null }, bearer)
  assert.equal(sought.status, 200, sought.text)
  const broken = await send('POST', '/api/search', { query: `"${SOUGHT}`, mailboxIds: null }, bearer)
  assert.equal(broken.status, 400, broken.text)
  assert.ok(!broken.text.includes(SOUGHT), 'an error quotes no query')
  const scope = { mailboxIds: null, connectorIds: null, folders: null }
  for (const path of ['/api/search/estimate', '/api/search', '/api/search/conversations']) {
    const answer = await send('POST', path, { query: `${SOUGHT} OR ${SAID}`, ...scope }, bearer)
    assert.equal(answer.status, 200, answer.text)
  }
  const saved = await send(
    'POST',
    '/api/saved-searches',
    { name: NAMED, description: NAMED, query: SOUGHT, ...scope },
    bearer,
  )
  assert.equal(saved.status, 200, saved.text)
  const { savedSearchId } = JSON.parse(saved.text)
  const run = await send('POST', `/api/saved-searches/${savedSearchId}/runs`, undefined, bearer)
  assert.equal(run.status, 200, run.text)
  const report = await send(
    'POST',
    '/api/term-reports',
    { name: NAMED, text: `${SOUGHT}\n${SAID}`, ...scope },
    bearer,
  )
  assert.equal(report.status, 200, report.text)
  const { termReportId } = JSON.parse(report.text)
  for (let tries = 0; ; tries++) {
    const progress = await send('GET', `/api/term-reports/${termReportId}/progress`, undefined, bearer)
    if (JSON.parse(progress.text).status === 'complete') break
    assert.ok(tries < 400, progress.text)
    await wait(50)
  }
  const table = await send('GET', `/api/term-reports/${termReportId}/csv`, undefined, bearer)
  assert.ok(table.text.includes(SOUGHT), table.text)
  const bad = await send('POST', '/api/term-reports', { name: NAMED, text: `"${SOUGHT}`, ...scope }, bearer)
  assert.equal(bad.status, 400, bad.text)
  assert.ok(!bad.text.includes(SOUGHT), 'an error quotes no line')
  const draft = await send('POST', '/api/connectors', { product: 'o2', acceptTerms: true }, bearer)
  const { connectorId, revision } = JSON.parse(draft.text)
  const login = await send(
    'PUT',
    `/api/connectors/${connectorId}/login`,
    { location: site.url, username: ACCOUNT.username, password: ACCOUNT.password },
    { ...bearer, 'if-match': `"${revision}"` },
  )
  assert.equal(login.status, 200, login.text)
  assert.ok(!login.text.includes(ACCOUNT.password))
  await endProgram(program)

  const secrets: Record<string, string> = {
    'the message': SAID,
    'a search': SOUGHT,
    'the name of a search': NAMED,
    'a wrong password': GUESSED,
    'the first password': person.password,
    'the new password': TYPED,
    'the token': person.token.slice(-43),
    "the first session's secret": first.cookie.split('=')[1]!,
    "the session's secret": now.cookie.split('=')[1]!,
    "the second factor's secret": JSON.parse(factor.text).secret,
    "the site's password": ACCOUNT.password,
  }
  const needles: Needle[] = Object.entries(secrets).flatMap(([what, text]) => needlesOfText(what, text))
  const searcher = new Searcher(needles)
  assert.match(program.said, /a request was refused/, 'the log at its most talkative was looked through')
  assert.deepEqual(searcher.search('the log', Buffer.from(program.said)), [])
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  t.after(() => owner.close())
  assert.deepEqual(await searcher.searchDatabase(owner), [])
  // It would have been found.
  await owner.execute('create table holdfast.planted (line text)')
  await owner.execute('insert into holdfast.planted values ($1)', [`...${TYPED}...`])
  assert.deepEqual(await searcher.searchDatabase(owner), ['holdfast.planted: the new password, UTF-8'])
})
