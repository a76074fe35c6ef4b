import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hasCode } from '../../errors.ts'
import { splitPage } from '../source.ts'
import { pageContents, readEnvelope } from './page.ts'

const TIME = Date.UTC(2026, 10, 1)
const EML = Buffer.from('From: a@b.example\r\nSubject: caf\u00e9 \u{1f600}\r\n\r\nHello\r\n')

const page = (messages: string, rest = '"lastId":"x","endOfMessages":true') =>
  Buffer.from(`{"timeStamp":${TIME},"invalidToken":false,"messages":[${messages}],${rest}}`)
const split = (messages: string) => splitPage('site', page(messages))
const one = (message: string) => split(message)[0]!

const email = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    messageId: 'e1',
    networkType: 'ENTERPRISE_NUMBER',
    gatewayReceivedDate: TIME - 5,
    eml: EML.toString('base64'),
    ...fields,
  })
const record = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    messageId: 'r1',
    networkType: 'O2',
    gatewayReceivedDate: TIME - 5,
    body: { textContent: 'x' },
    ...fields,
  })

describe('splitPage of a site', () => {
  it('gives e-mails decoded and records to the letter', () => {
    const odd = ` {"networkType":"O2" ,"messageId" : "r\\u0031","gatewayReceivedDate":${TIME},"body":{"textContent":"caf\\u00e9 \u{1f600}"}} `
    const [first, second, ...rest] = split(`${email()},${odd}`)
    assert.equal(rest.length, 0)
    assert.deepEqual(first, {
      form: 'email',
      sourceItemId: 'e1',
      network: 'ENTERPRISE_NUMBER',
      arrivedAt: new Date(TIME - 5),
      bytes: EML,
      contentId: null,
    })
    assert.equal(second?.form, 'record')
    assert.equal(second?.sourceItemId, 'r1')
    assert.equal(second?.bytes.toString('utf8'), odd.trim())
  })

  it('leaves a large e-mail to its content', () => {
    const item = one(email({ eml: undefined, emlContentId: 'c-1', emlSize: 300_000 }))
    assert.deepEqual([item.form, item.contentId, item.bytes.length], ['email', 'c-1', 0])
  })

  it('takes ids as text, numbers as they are written, and none for none', () => {
    assert.equal(one(record({ messageId: 'x'.repeat(10_000) })).sourceItemId, 'x'.repeat(10_000))
    assert.equal(
      one('{"messageId":12345678901234567890123,"body":{}}').sourceItemId,
      '12345678901234567890123',
    )
    for (const messageId of ['', null, undefined, {}, [], true])
      assert.equal(one(record({ messageId })).sourceItemId, null)
  })

  it('lets the time of the page stand in for a time that cannot be, and says so', () => {
    for (const gatewayReceivedDate of [
      undefined,
      null,
      0,
      -1,
      1e300,
      'soon',
      '',
      {},
      TIME + 2 * 86_400_000,
      1.5,
    ]) {
      const item = one(record({ gatewayReceivedDate }))
      assert.deepEqual([item.form, item.arrivedAt.getTime()], ['record', TIME])
      assert.match(item.error ?? '', /gatewayReceivedDate/)
    }
    for (const gatewayReceivedDate of [TIME - 7, String(TIME - 7), new Date(TIME - 7).toISOString()]) {
      const item = one(record({ gatewayReceivedDate }))
      assert.deepEqual([item.arrivedAt.getTime(), item.error], [TIME - 7, undefined])
    }
  })

  it('decodes base64 with escaped solidi, line breaks and without padding, and nothing that is none', () => {
    const bytes = Buffer.from('subject: \u00ff\u00fe>>??\r\n\r\nx')
    const text = bytes.toString('base64')
    for (const eml of [text, text.replaceAll('=', ''), text.replaceAll(/.{8}/g, '$&\r\n')])
      assert.ok(one(email({ eml })).bytes.equals(bytes), eml)
    assert.ok(one(email({ eml: '@@' }).replace('@@', text.replaceAll('/', '\\/'))).bytes.equals(bytes))
    for (const eml of ['', '=', '====', 'A', 'AAA*', 'AB=C', 'AA==AA==', 'caf\u00e9', 7, ['QQ=='], true])
      assert.equal(one(email({ eml })).form, 'broken', JSON.stringify(eml))
  })

  it('keeps broken records with their bytes and a reason, without costing their neighbours', () => {
    const broken = [
      '7',
      'null',
      '"text"',
      '[]',
      '{}',
      '{"messageId":"x"}',
      '{"body":7}',
      '{"body":{}',
      '{"body":{}}}',
      'nonsense',
      '{"a":tru]',
      email({ body: {} }),
    ]
    for (const text of broken.filter(text => text !== '{"body":{}')) {
      const items = split(`${record()},${text},${email()}`)
      assert.deepEqual(
        items.map(item => item.form),
        ['record', 'broken', 'email'],
        text,
      )
      assert.equal(items[1]?.bytes.toString(), text)
      assert.ok(items[1]?.error)
    }
    assert.equal(one('{"messageId":"known","body":7}').sourceItemId, 'known')
  })

  it('throws only where there is no envelope', () => {
    const none = [
      '',
      ' ',
      '[]',
      '7',
      '{}',
      '{"messages":{}}',
      '{"messages":[',
      '{"messages":[]',
      '{"messages":[]}{',
      '{"messages":[],"messages":[]}',
    ]
    for (const text of none)
      assert.throws(
        () => splitPage('site', Buffer.from(text)),
        error => hasCode(error, 'SITE_ANSWER_INVALID'),
        text,
      )
    assert.deepEqual(splitPage('site', Buffer.from('\ufeff {"messages":[ ]}\n')), [])
  })

  it('survives seeded damage of every kind, always with as many items as it counts', () => {
    const random = generator(20261120)
    const sound = page(
      Array.from({ length: 12 }, (_, index) =>
        index % 2 ? email() : record({ messageId: `r${index}` }),
      ).join(','),
    )
    let whole = 0
    for (let run = 0; run < 4000; run += 1) {
      let bytes = Buffer.from(sound)
      for (let edits = random(4); edits >= 0; edits -= 1) {
        const at = random(bytes.length)
        const kind = random(4)
        if (kind === 0) bytes[at] = random(256)
        else if (kind === 1) bytes[at] = Buffer.from('{}[]",:\\')[random(8)]!
        else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(40))])
        else
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length), bytes.length)])
        if (bytes.length === 0) bytes = Buffer.from('{')
      }
      const envelope = readEnvelope(bytes)
      if (!envelope) {
        assert.throws(
          () => splitPage('site', bytes),
          error => hasCode(error, 'SITE_ANSWER_INVALID'),
        )
        continue
      }
      whole += 1
      pageContents(bytes, envelope.elements)
      const items = splitPage('site', bytes)
      assert.equal(items.length, envelope.elements.length, `run ${run}`)
      for (const item of items) {
        assert.ok(!Number.isNaN(item.arrivedAt.getTime()))
        assert.ok(item.form !== 'broken' || (item.bytes.length > 0 && item.error))
      }
      // Where the page is still an array of messages to JSON, both see the same number.
      const parsed = parse(bytes)
      if (parsed) assert.equal(items.length, parsed.length, `run ${run}`)
    }
    assert.ok(whole > 500, `only ${whole} pages kept their envelope`)
  })
})

function parse(bytes: Buffer): unknown[] | null {
  try {
    const value = JSON.parse(bytes.toString('utf8')) as { messages?: unknown }
    return Array.isArray(value.messages) ? value.messages : null
  } catch {
    return null
  }
}

/** Whole numbers below `bound`, the same for the same seed (mulberry32). */
function generator(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}
