import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import { readEntries } from '../audit/audit.ts'
import { manualClock } from '../clock.ts'
import { describeError } from '../log.ts'
import { testArchive } from '../testing/archive.ts'
import { makeCertificate } from '../testing/certificate.ts'
import { SMTP_PASSWORD as PASSWORD, startSmtp } from '../testing/smtp.ts'
import {
  addChannel,
  changeChannel,
  changeRule,
  deliverAlerts,
  evaluateAlerts,
  getChannel,
  listChannels,
  removeChannel,
  rotateSecret,
  testChannel,
} from './alert.ts'
import { signatureOf } from './webhook.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')
const MINUTE = 60_000
const NAMES = { name: 'Operators', enabled: true }

type Context = { after(work: () => Promise<void>): void }

/** An archive with one alert to tell: the log waits for a checkpoint. */
async function archiveWithTrouble(t: Context) {
  const clock = manualClock(NOON)
  const archive = await testArchive(t, { clock })
  const { ground, actor } = archive
  const trouble = async () => {
    clock.set(clock.now() + 10 * MINUTE)
    assert.equal((await evaluateAlerts(ground))?.opened, 1)
  }
  return { archive, ground, actor, clock, trouble }
}

type Post = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly url: string }

async function startReceiver(t: Context, status: () => number, tls?: { certificate: string; key: string }) {
  const posts: Post[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    posts.push({ headers: request.headers, body: await text(request), url: request.url ?? '' })
    response.writeHead(status(), { location: '/elsewhere' }).end('taken')
  }
  const server: Server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key }, answer)
    : createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>(resolve => server.close(() => resolve())))
  const { port } = server.address() as AddressInfo
  return { posts, port, server, url: `${tls ? 'https' : 'http'}://localhost:${port}/hook?team=ops` }
}

const webhook = (url: string, authority: string | null = null) =>
  ({ kind: 'webhook', url, allowPrivate: true, authority }) as const

for (const mode of ['tls', 'starttls'] as const)
  test(`an alert reaches a real SMTP server by ${mode}, in one message that a mail parser reads`, async t => {
    const { ground, actor, trouble } = await archiveWithTrouble(t)
    const { settings, received, seen } = await startSmtp(t, mode)
    await addChannel(ground, actor, { ...NAMES, settings, password: PASSWORD })
    await trouble()
    assert.equal(await deliverAlerts(ground), 1)
    assert.equal(received.length, 1)
    assert.deepEqual(received[0]?.to, settings.to)
    assert.deepEqual(seen, { clear: 0, signedIn: 1 }, 'the password goes through TLS alone')
    const mail = await simpleParser(received[0]!.raw)
    assert.match(
      mail.subject ?? '',
      /^\[Holdfast Test Trading\] Opened: Audit entries wait for a checkpoint: \d+, since /,
    )
    assert.equal(mail.from?.value[0]?.address, settings.from)
    assert.match(mail.text ?? '', /Alerts hold counts and ids/)
    assert.equal(await deliverAlerts(ground), 0, 'it is told once')
    const channel = (await listChannels(ground.database))[0]!
    assert.deepEqual([channel.waiting, channel.errorCode], [0, null])
    assert.ok(channel.deliveredAt)
  })

test('a server whose certificate nobody vouches for gets nothing, not even the password', async t => {
  const { ground, actor } = await archiveWithTrouble(t)
  const { settings, received, seen } = await startSmtp(t, 'starttls')
  const { channel } = await addChannel(ground, actor, {
    ...NAMES,
    settings: { ...settings, authority: null },
    password: PASSWORD,
  })
  await assert.rejects(testChannel(ground, actor, channel.channelId), { code: 'CHANNEL_FAILED' })
  assert.deepEqual([received.length, seen.signedIn], [0, 0])
})

test('a message waits for a server that is away, with growing pauses, and is taken after a restart', async t => {
  const { ground, actor, clock, trouble } = await archiveWithTrouble(t)
  let away = true
  const { settings, received } = await startSmtp(t, 'tls', () =>
    away ? Object.assign(new Error('Try again later'), { responseCode: 451 }) : null,
  )
  await addChannel(ground, actor, { ...NAMES, settings, password: PASSWORD })
  await trouble()
  assert.equal(await deliverAlerts(ground), 0)
  const attempts = async () => {
    const [row] = await ground.database.query<{ attempts: number; pause: number }>(
      `select attempts, extract(epoch from next_attempt_at - $1::timestamptz)::integer as pause from alert_message`,
      [new Date(clock.now())],
    )
    return row
  }
  assert.deepEqual(await attempts(), { attempts: 1, pause: 30 })
  assert.equal(await deliverAlerts(ground), 0)
  assert.equal((await attempts())?.attempts, 1, 'not before its time')
  clock.set(clock.now() + 31_000)
  await deliverAlerts(ground)
  assert.deepEqual(await attempts(), { attempts: 2, pause: 60 })
  const [failing] = await listChannels(ground.database)
  assert.equal(failing?.errorCode, 'CHANNEL_FAILED')
  assert.match(failing?.errorMessage ?? '', /451/)
  away = false
  clock.set(clock.now() + 61_000)
  // Nothing of the outbox is in memory: this is what another process would find.
  assert.equal(await deliverAlerts(ground), 1)
  assert.equal(received.length, 1)
  assert.equal((await listChannels(ground.database))[0]?.errorCode, null)
})

test('a message that nobody takes for three days is given up', async t => {
  const { ground, actor, clock, trouble } = await archiveWithTrouble(t)
  const receiver = await startReceiver(t, () => 500)
  await addChannel(ground, actor, { ...NAMES, settings: webhook(receiver.url) })
  await trouble()
  for (let round = 0; round < 60; round++) {
    await deliverAlerts(ground)
    clock.set(clock.now() + 3 * 3_600_000)
  }
  const [row] = await ground.database.query<{ attempts: number; given_up: boolean; next: Date | null }>(
    'select attempts, failed_at is not null as given_up, next_attempt_at as next from alert_message',
  )
  assert.deepEqual([row?.given_up, row?.next], [true, null])
  assert.equal(receiver.posts.length, row?.attempts)
  assert.ok(receiver.posts.length > 15 && receiver.posts.length < 40, String(receiver.posts.length))
})

test('a webhook is signed, keeps its id over attempts, and is not led elsewhere', async t => {
  const { ground, actor, clock, trouble } = await archiveWithTrouble(t)
  let status = 302
  const receiver = await startReceiver(t, () => status)
  const { channel, secret } = await addChannel(ground, actor, { ...NAMES, settings: webhook(receiver.url) })
  assert.match(secret ?? '', /^hfwh_[A-Za-z0-9_-]{43}$/)
  await trouble()
  await deliverAlerts(ground)
  assert.deepEqual(
    receiver.posts.map(post => post.url),
    ['/hook?team=ops'],
    'no redirect was followed',
  )
  status = 204
  clock.set(clock.now() + MINUTE)
  assert.equal(await deliverAlerts(ground), 1)
  const [first, second] = receiver.posts
  assert.equal(first?.headers['holdfast-id'], second?.headers['holdfast-id'])
  assert.equal(first?.body, second?.body)
  const [, at, mark] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(second?.headers['holdfast-signature']))!
  // As a receiver would do it, by docs/operating/alerts.md.
  assert.equal(mark, createHmac('sha256', secret!).update(`${at}.${second?.body}`).digest('hex'))
  assert.equal(Number(at), Math.floor(clock.now() / 1000))
  const body = JSON.parse(second!.body)
  assert.deepEqual(
    [body.type, body.events[0].rule, body.events[0].event],
    ['alerts', 'checkpoint-overdue', 'opened'],
  )

  const changed = await rotateSecret(ground, actor, channel.channelId)
  await testChannel(ground, actor, channel.channelId)
  const last = receiver.posts.at(-1)!
  assert.equal(last.headers['holdfast-signature'], signatureOf([changed, secret!], clock.now(), last.body))
  clock.set(clock.now() + 25 * 3_600_000)
  await testChannel(ground, actor, channel.channelId)
  assert.match(String(receiver.posts.at(-1)!.headers['holdfast-signature']), /^t=\d+,v1=[0-9a-f]{64}$/)
})

test('a webhook over TLS is checked by the authority given, and refused without it', async t => {
  const { ground, actor } = await archiveWithTrouble(t)
  const tls = makeCertificate('localhost', '127.0.0.1', Date.now(), Date.now() + 3_600_000)
  const receiver = await startReceiver(t, () => 200, tls)
  const good = await addChannel(ground, actor, { ...NAMES, settings: webhook(receiver.url, tls.certificate) })
  await testChannel(ground, actor, good.channel.channelId)
  assert.equal(JSON.parse(receiver.posts[0]!.body).type, 'test')
  const bad = await addChannel(ground, actor, { ...NAMES, settings: webhook(receiver.url) })
  await assert.rejects(testChannel(ground, actor, bad.channel.channelId), { code: 'CHANNEL_FAILED' })
  assert.equal(receiver.posts.length, 1)
})

test('a webhook leads into no private network unless that is allowed, and to no metadata service ever', async t => {
  const { ground, actor } = await archiveWithTrouble(t)
  const receiver = await startReceiver(t, () => 200)
  for (const [url, allowPrivate] of [
    [receiver.url, false],
    [`http://127.0.0.1:${receiver.port}/`, false],
    ['https://10.1.2.3/', false],
    ['https://[::ffff:192.168.1.1]/', false],
    ['https://169.254.169.254/latest/meta-data/', true],
    ['https://[fe80::1]/', true],
  ] as const) {
    const { channel } = await addChannel(ground, actor, {
      ...NAMES,
      settings: { kind: 'webhook', url, allowPrivate, authority: null },
    })
    await assert.rejects(
      testChannel(ground, actor, channel.channelId),
      { code: 'CHANNEL_ADDRESS_REFUSED' },
      url,
    )
  }
  assert.equal(receiver.posts.length, 0)
})

test('settings that could add a header, speak in the clear, or carry a password elsewhere are refused', async t => {
  const { ground, actor } = await archiveWithTrouble(t)
  const { settings } = await startSmtp(t, 'tls')
  const refused = (patch: object, name = 'Operators') =>
    assert.rejects(
      addChannel(ground, actor, { name, enabled: true, settings: { ...settings, ...patch }, password: 'x' }),
      { code: 'CHANNEL_INVALID' },
      JSON.stringify(patch),
    )
  await refused({ from: 'a@example.com\r\nBcc: x@example.com' })
  await refused({ to: ['a@example.com, b@example.com'] })
  await refused({ to: ['<a@example.com>'] })
  await refused({ to: [] })
  await refused({ security: 'none', host: 'mail.example.com' })
  await refused({ host: 'mail.example.com/x' })
  await refused({ user: 'a\nb' })
  await refused({}, 'Ops\r\nSubject: other')
  await refused({ kind: 'webhook', url: 'http://example.com/' })
  await refused({ kind: 'webhook', url: 'https://user:pass@example.com/' })
  await refused({ kind: 'webhook', url: 'file:///etc/passwd' })
  const { channel } = await addChannel(ground, actor, { ...NAMES, settings, password: PASSWORD })
  await assert.rejects(
    changeChannel(ground, actor, channel.channelId, channel.revision, {
      ...NAMES,
      settings: { ...settings, host: '127.0.0.1' },
    }),
    { code: 'CHANNEL_INVALID' },
    'a kept password is not sent to another server',
  )
  const renamed = await changeChannel(ground, actor, channel.channelId, channel.revision, {
    ...NAMES,
    name: 'Others',
    settings,
  })
  assert.deepEqual([renamed.name, renamed.secretKept, renamed.revision], ['Others', true, 2])
  await assert.rejects(removeChannel(ground, actor, channel.channelId, 1), { code: 'REVISION_STALE' })
  await removeChannel(ground, actor, channel.channelId, 2)
  await assert.rejects(getChannel(ground.database, channel.channelId), { code: 'CHANNEL_UNKNOWN' })
})

test('a connector with a name full of line ends cannot add a header to an e-mail', async t => {
  const { ground, actor, clock } = await archiveWithTrouble(t)
  const { settings, received } = await startSmtp(t, 'tls')
  await addChannel(ground, actor, { ...NAMES, settings, password: PASSWORD })
  await changeRule(ground, actor, 'checkpoint-overdue', 1, { enabled: false, threshold: 5, reminderDays: 0 })
  await ground.database.execute(
    `insert into connector (product, name, status, source_kind, location, schedule, item_size_max, created_by, created_at)
     values ('o2', $1, 'active', 'site', '', '{"every":"hour"}', 1, 'x', $2)`,
    ['Office\r\nBcc: thief@example.com\r\n\r\nbody', new Date(NOON)],
  )
  clock.set(NOON + 10 * 3_600_000)
  await evaluateAlerts(ground)
  await deliverAlerts(ground)
  const mail = await simpleParser(received[0]!.raw)
  assert.equal(mail.bcc, undefined)
  assert.match(mail.subject ?? '', /Office Bcc: thief@example.com body/)
  assert.deepEqual(received[0]?.to, settings.to)
})

test('neither the database nor the log shows a password or a signing secret', async t => {
  const { ground, actor, trouble } = await archiveWithTrouble(t)
  const { settings } = await startSmtp(t, 'tls', () => new Error(`refused ${PASSWORD}`))
  await addChannel(ground, actor, { ...NAMES, settings, password: PASSWORD })
  const { secret } = await addChannel(ground, actor, { ...NAMES, settings: webhook('http://localhost:9/') })
  await trouble()
  let said = ''
  // What the program's own logger would write of it.
  const say = (fields: Record<string, unknown>, message: string) => {
    said += JSON.stringify({ ...fields, error: describeError(fields.error), message })
  }
  await deliverAlerts({ ...ground, log: { debug: say, info: say, warn: say, error: say } })
  assert.match(said, /EENVELOPE/)
  const rows: string[] = []
  for (const table of ['alert', 'alert_channel', 'alert_message', 'audit_entry'])
    rows.push(
      ...(await ground.database.query<{ row: string }>(`select t::text as row from ${table} t`)).map(
        each => each.row,
      ),
    )
  const all = rows.join('\n') + said
  assert.ok(rows.length > 5)
  for (const canary of [PASSWORD, secret!]) {
    assert.ok(!all.includes(canary))
    assert.ok(!all.includes(Buffer.from(canary).toString('hex')))
    assert.ok(!all.includes(Buffer.from(canary).toString('base64')))
  }
  const { entries } = await readEntries(ground.database, { act: 'alert-channel.*', limit: 10 })
  assert.equal(entries.length, 2)
})

test('several events of one moment are one message to each channel', async t => {
  const { ground, actor, clock } = await archiveWithTrouble(t)
  const receiver = await startReceiver(t, () => 200)
  await addChannel(ground, actor, { ...NAMES, settings: webhook(receiver.url) })
  await addChannel(ground, actor, { ...NAMES, enabled: false, settings: webhook(receiver.url) })
  await ground.database.execute(
    `insert into connector (product, name, status, source_kind, location, schedule, item_size_max, created_by, created_at)
     select 'o2', 'Office ' || n, 'active', 'site', '', '{"every":"hour"}', 1, 'x', $1 from generate_series(1, 60) n`,
    [new Date(NOON - 86_400_000)],
  )
  clock.set(NOON + 10 * MINUTE)
  assert.equal((await evaluateAlerts(ground))?.opened, 61)
  assert.equal(await deliverAlerts(ground), 2)
  assert.deepEqual(receiver.posts.map(post => JSON.parse(post.body).events.length).sort(), [11, 50])
})
