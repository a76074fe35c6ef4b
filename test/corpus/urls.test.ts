/** Hostile spellings of addresses: each is refused clearly, or means one host that is https or loopback. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { HoldfastError } from '../../src/errors.ts'
import { silentLogger } from '../../src/log.ts'
import { openSource } from '../../src/source/source.ts'

const corpus = join(process.env.HOLDFAST_CORPUS ?? '../shared/data', 'bad-input')
const skip = existsSync(corpus) ? false : `no corpus at ${corpus}`

/** Opens the address as a connector would; opening makes no request, and nothing here goes on to make one. */
function verdict(url: string, demonstration: boolean): 'opened' | string {
  try {
    openSource({
      kind: 'site',
      url,
      network: 'O2',
      username: 'u',
      password: 'p',
      demonstration,
      contentSizeMax: 1,
      clock: { now: () => 0, sleep: async () => {} },
      log: silentLogger,
    })
    return 'opened'
  } catch (error) {
    assert.ok(error instanceof HoldfastError, `${JSON.stringify(url)}: ${String(error)}`)
    return error.code
  }
}

const REFUSALS = ['SITE_ADDRESS_INVALID', 'SITE_NOT_TLS', 'SITE_NOT_DEMONSTRATION']
const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

function check(url: string): string {
  const real = verdict(url, false)
  const demonstration = verdict(url, true)
  assert.ok(real === 'opened' || REFUSALS.includes(real), real)
  assert.ok(demonstration === 'opened' || REFUSALS.includes(demonstration), demonstration)
  if (real === 'opened') {
    const { protocol, hostname, username, password, search, hash } = new URL(url)
    assert.ok(protocol === 'https:' || LOOPBACK.test(hostname), url)
    assert.deepEqual([username, password, search, hash], ['', '', '', ''], url)
    assert.ok(hostname !== '' && !/[\s\\]/.test(url) && !/^https?:..[^/]*@/i.test(url), url)
    if (demonstration === 'opened') assert.match(hostname, LOOPBACK, url)
    else assert.equal(demonstration, 'SITE_NOT_DEMONSTRATION')
  } else assert.notEqual(demonstration, 'opened', url)
  return real
}

describe('hostile addresses', { skip }, () => {
  it('from the SSRF list lead nowhere but to loopback or https', () => {
    const lines = readFileSync(join(corpus, 'ssrf/patt-ssrf-urls-excerpt.txt'), 'utf8').split('\n')
    const urls = lines.filter(line => line !== '')
    assert.ok(urls.length > 40)
    const verdicts = new Set(urls.map(check))
    assert.ok(verdicts.has('SITE_NOT_TLS') && verdicts.has('SITE_ADDRESS_INVALID'))
  })

  it('from the WHATWG vectors are refused or normalised as the standard says', () => {
    const vectors = JSON.parse(readFileSync(join(corpus, 'url-wpt/urltestdata.json'), 'utf8')) as unknown[]
    let seen = 0
    const lenient: string[] = []
    for (const vector of vectors) {
      if (typeof vector !== 'object' || vector === null) continue
      const { input, base, failure } = vector as { input: string; base: string | null; failure?: boolean }
      seen += 1
      const answer = check(input)
      // Node's parser is newer than the vectors in a few invalid IDNA labels; it is also what makes the request.
      if (failure && base === null && !URL.canParse(input))
        assert.notEqual(answer, 'opened', JSON.stringify(input))
      if (failure && base === null && answer === 'opened') lenient.push(input)
    }
    assert.ok(seen > 500)
    assert.ok(lenient.length <= 5 && lenient.every(input => input.includes('xn--')), JSON.stringify(lenient))
  })
})
