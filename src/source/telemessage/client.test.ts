import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, describe, it } from 'node:test'
import { type ErrorCode, HoldfastError } from '../../errors.ts'
import { makeCertificate } from '../../testing/certificate.ts'
import {
  type Answerer,
  type HostileSite,
  openHostile,
  SITE_TIME,
  sendJson,
  signIn,
  startHostileSite,
  wakefulClock,
} from '../../testing/hostile-site.ts'
import type { Source } from '../source.ts'

const opened: { site: HostileSite; source: Source }[] = []
after(async () => {
  for (const { site, source } of opened) {
    await source.close()
    await site.stop()
  }
})

const never = new AbortController().signal
const window = { from: new Date(0), to: new Date(SITE_TIME) }
const COUNT = '/rest/archive/messages/count'

async function open(
  paths: Record<string, Answerer>,
  options: Parameters<typeof openHostile>[1] = {},
  certificate?: Parameters<typeof startHostileSite>[1],
) {
  const site = await startHostileSite(paths, certificate)
  const clock = wakefulClock()
  const source = openHostile(site, { clock, ...options })
  opened.push({ site, source })
  return { site, source, clock, asked: (path: string) => site.asked.get(path) ?? 0 }
}

const failsWith = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof HoldfastError, `not one of ours: ${String(error)}`)
  assert.equal(error.code, code, error.message)
  return true
}

const count: Answerer = response => sendJson(response, { timeStamp: SITE_TIME, count: 7 })

describe('signing in', () => {
  it('says whose account it is', async () => {
    const { source } = await open({})
    assert.deepEqual(await source.probe(never), {
      accountId: 'A1',
      accountName: 'Test',
      networks: ['O2'],
      demonstration: false,
      siteNow: new Date(SITE_TIME),
    })
  })

  it('sends the user name and password once, as JSON', async () => {
    let body = ''
    const { source } = await open({
      '/rest/auth/login': (response, request, nth) => {
        request.on('data', chunk => {
          body += chunk
        })
        request.on('end', () => signIn()(response, request, nth))
      },
    })
    await source.probe(never)
    assert.deepEqual(JSON.parse(body), { username: 'collector', password: 'correct horse' })
  })

  it('does not try a wrong password again', async () => {
    const { source, asked } = await open({
      '/rest/auth/login': response =>
        sendJson(response, { responseCode: 301, message: 'INVALID_PASSWORD' }, 401),
    })
    await assert.rejects(source.probe(never), failsWith('SITE_SIGN_IN_WRONG'))
    assert.equal(asked('/rest/auth/login'), 1)
  })

  it('says that an account is suspended', async () => {
    const { source, asked } = await open({
      '/rest/auth/login': response =>
        sendJson(response, { responseCode: 309, message: 'USER_SUSPENDED' }, 403),
    })
    await assert.rejects(source.probe(never), failsWith('SITE_SIGN_IN_SUSPENDED'))
    assert.equal(asked('/rest/auth/login'), 1)
  })

  it('signs in again once when the token expires, and goes on', async () => {
    const { source, asked } = await open({
      [COUNT]: (response, request, nth) => {
        if (request.headers.authorization === 'Bearer token-1' && nth > 1)
          sendJson(response, { invalidToken: true }, 401)
        else count(response, request, nth)
      },
    })
    for (let time = 0; time < 3; time += 1) assert.equal(await source.count(window, never), 7)
    assert.equal(asked('/rest/auth/login'), 2)
  })

  it('gives up on a site that refuses the tokens it has just given', async () => {
    const { source, asked } = await open({
      [COUNT]: response => sendJson(response, { invalidToken: true }, 401),
    })
    await assert.rejects(source.count(window, never), failsWith('SITE_REFUSED'))
    assert.ok(asked('/rest/auth/login') <= 12)
  })

  it('refuses a token that would break out of its header', async () => {
    const { source } = await open({
      '/rest/auth/login': response =>
        sendJson(response, { timeStamp: SITE_TIME, token: 'a\r\nX-Evil: 1', account: {} }),
    })
    await assert.rejects(source.probe(never), failsWith('SITE_ANSWER_INVALID'))
  })

  it('keeps demonstrations and real archives apart', async () => {
    const real = await open({}, { demonstration: true })
    await assert.rejects(real.source.probe(never), failsWith('SITE_NOT_DEMONSTRATION'))
    await assert.rejects(real.source.count(window, never), failsWith('SITE_NOT_DEMONSTRATION'))
    const invented = await open({ '/rest/auth/login': signIn({ demonstration: true }), [COUNT]: count })
    await assert.rejects(invented.source.probe(never), failsWith('SITE_IS_DEMONSTRATION'))
    await assert.rejects(invented.source.count(window, never), failsWith('SITE_IS_DEMONSTRATION'))
    assert.throws(
      () => openHostile({ url: 'https://site.example/' }, { demonstration: true }),
      failsWith('SITE_NOT_DEMONSTRATION'),
    )
  })
})

describe('trying again', () => {
  it('waits as long as Retry-After says in seconds, capped', async () => {
    const answers = ['3', '9999999']
    const { source, clock } = await open({
      [COUNT]: (response, request, nth) => {
        const after = answers[nth - 1]
        if (after === undefined) count(response, request, nth)
        else response.writeHead(429, { 'retry-after': after }).end()
      },
    })
    assert.equal(await source.count(window, never), 7)
    assert.equal(clock.slept.length, 2)
    assert.ok(clock.slept[0]! >= 3000 && clock.slept[0]! <= 3500, String(clock.slept[0]))
    assert.ok(clock.slept[1]! >= 300_000 && clock.slept[1]! <= 301_000, String(clock.slept[1]))
  })

  it('takes a Retry-After date against the date of the site, not its own', async () => {
    const { source, clock } = await open({
      [COUNT]: (response, request, nth) => {
        if (nth > 1) return count(response, request, nth)
        const date = Date.UTC(2031, 0, 1)
        response.writeHead(503, {
          date: new Date(date).toUTCString(),
          'retry-after': new Date(date + 5000).toUTCString(),
        })
        response.end()
      },
    })
    assert.equal(await source.count(window, never), 7)
    assert.ok(clock.slept[0]! >= 5000 && clock.slept[0]! <= 5500, String(clock.slept[0]))
  })

  it('backs off further each time and leaves it to a later job after six attempts', async () => {
    const { source, clock, asked } = await open({
      [COUNT]: response => void response.writeHead(500).end('secret'),
    })
    await assert.rejects(source.count(window, never), error => {
      failsWith('SITE_REFUSED')(error)
      assert.ok((error as HoldfastError).retryable)
      assert.ok(!(error as HoldfastError).message.includes('secret'))
      return true
    })
    assert.equal(asked(COUNT), 6)
    assert.equal(clock.slept.length, 5)
    for (const [index, wait] of clock.slept.entries()) assert.ok(wait <= 500 * 2 ** index)
  })

  it('does not ask again what was refused for good', async () => {
    const { source, asked } = await open({ [COUNT]: response => void response.writeHead(400).end() })
    await assert.rejects(source.count(window, never), failsWith('SITE_REFUSED'))
    assert.equal(asked(COUNT), 1)
  })

  it('reads an answer again that was cut short, is no JSON, or is no count', async () => {
    const bad: Answerer[] = [
      response =>
        void response.writeHead(200, { 'content-length': 100 }).write('{"count"', () => response.destroy()),
      response => void response.end('{"count":'),
      response => sendJson(response, { count: -1 }),
      response => sendJson(response, [7]),
      response => void response.socket?.end('HTTP/1.1 OK nonsense\r\n\r\n'),
    ]
    const { source, clock } = await open({
      [COUNT]: (response, request, nth) => (bad[nth - 1] ?? count)(response, request, nth),
    })
    assert.equal(await source.count(window, never), 7)
    assert.equal(clock.slept.length, bad.length)
  })

  it('stops at once when it is told to', async () => {
    const { source } = await open(
      { [COUNT]: () => {} },
      { limits: { headTimeout: 60_000, answerTimeout: 60_000 } },
    )
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('stopped')), 50)
    await assert.rejects(source.count(window, stop.signal), /stopped/)
  })
})

describe('time-outs', () => {
  const once = { attemptsMax: 1 }

  it('gives up a site that accepts the connection and says nothing', async () => {
    const { source } = await open({ [COUNT]: () => {} }, { limits: once })
    await assert.rejects(source.count(window, never), failsWith('SITE_UNREACHABLE'))
  })

  it('gives up a TLS greeting that does not come', async () => {
    const mute = createServer(socket => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
    await new Promise(resolve => mute.once('listening', resolve))
    const { port } = mute.address() as { port: number }
    const source = openHostile(
      { url: `https://127.0.0.1:${port}/` },
      { limits: { ...once, connectTimeout: 100 } },
    )
    await assert.rejects(source.probe(never), failsWith('SITE_UNREACHABLE'))
    await source.close()
    await new Promise(resolve => mute.close(resolve))
  })

  it('gives up an answer that stops in the middle', async () => {
    const { source } = await open(
      { [COUNT]: response => void response.writeHead(200, { 'content-length': 100 }).write('{') },
      { limits: once },
    )
    await assert.rejects(source.count(window, never), failsWith('SITE_UNREACHABLE'))
  })

  it('gives up an answer that drips for ever', async () => {
    const { source } = await open(
      {
        [COUNT]: response => {
          const drip = setInterval(() => response.write(' '), 20)
          response.on('close', () => clearInterval(drip))
        },
      },
      { limits: once },
    )
    await assert.rejects(source.count(window, never), /finish its answer/)
  })

  it('says that nobody answers', async () => {
    const site = await startHostileSite({})
    await site.stop()
    const source = openHostile(site, { limits: once })
    await assert.rejects(source.probe(never), failsWith('SITE_UNREACHABLE'))
  })
})

describe('redirects', () => {
  const redirect =
    (location: string, status = 302): Answerer =>
    response =>
      void response.writeHead(status, { location }).end()

  it('follows one within the site', async () => {
    const { source } = await open({ [COUNT]: redirect('/elsewhere/count'), '/elsewhere/count': count })
    assert.equal(await source.count(window, never), 7)
  })

  it('never follows one to another host, port or scheme, nor sends it anything', async () => {
    const other = await startHostileSite({ [COUNT]: count })
    const { port } = new URL(other.url)
    for (const location of [
      `${other.url}rest/archive/messages/count`,
      `//127.0.0.1:${port}/rest/archive/messages/count`,
      'https://site.example/',
      'file:///etc/passwd',
      '\\\\evil.example\\x',
    ]) {
      const { source } = await open({ [COUNT]: redirect(location) })
      await assert.rejects(source.count(window, never), failsWith('SITE_REDIRECTED'))
    }
    assert.equal(other.asked.size, 0)
    await other.stop()
  })

  it('follows no more than three, and no redirected sign-in that would lose its password', async () => {
    const circle = await open({ [COUNT]: redirect(COUNT) })
    await assert.rejects(circle.source.count(window, never), failsWith('SITE_REDIRECTED'))
    assert.equal(circle.asked(COUNT), 4)
    const moved = await open({ '/rest/auth/login': redirect('/login'), '/login': signIn() })
    await assert.rejects(moved.source.probe(never), failsWith('SITE_REDIRECTED'))
    const kept = await open({ '/rest/auth/login': redirect('/login', 307), '/login': signIn() })
    assert.equal((await kept.source.probe(never)).accountId, 'A1')
  })
})

describe('TLS', () => {
  const now = Date.now()

  it('accepts a certificate of a trusted authority and refuses every other', async () => {
    const good = makeCertificate('localhost', '127.0.0.1', now, now + 86_400_000)
    const trusted = await open({}, { authorities: good.certificate }, good)
    assert.equal((await trusted.source.probe(never)).accountId, 'A1')
    const unknown = await open({}, {}, good)
    await assert.rejects(unknown.source.probe(never), failsWith('SITE_CERTIFICATE'))
    assert.equal(unknown.asked('/rest/auth/login'), 0)
    const expired = makeCertificate('localhost', '127.0.0.1', now, now - 1000)
    const late = await open({}, { authorities: expired.certificate }, expired)
    await assert.rejects(late.source.probe(never), failsWith('SITE_CERTIFICATE'))
    const other = makeCertificate('other.example', null, now, now + 86_400_000)
    const misnamed = await open({}, { authorities: other.certificate }, other)
    await assert.rejects(misnamed.source.probe(never), failsWith('SITE_CERTIFICATE'))
  })

  it('verifies whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const { source } = await open({}, {}, makeCertificate('localhost', '127.0.0.1', now, now + 86_400_000))
      await assert.rejects(source.probe(never), failsWith('SITE_CERTIFICATE'))
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })
})
