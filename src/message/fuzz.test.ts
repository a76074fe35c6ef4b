/** Bytes from outside, spoiled at random: nothing but ITEM_UNREADABLE is thrown, and no input takes long. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { hasCode } from '../errors.ts'
import { cpuTime } from '../testing/cpu-time.ts'
import { readAnyEmail } from './email.ts'
import {
  type ItemFacts,
  readEmail,
  readEmailSource,
  readLargeEmail,
  readRecord,
  readRecordSource,
  writeMessage,
} from './message.ts'

const CONTEXT = { network: 'O2', arrivedAt: new Date('2026-07-02T02:00:00Z'), sourceItemId: null }
const ID = Buffer.from('019f1d1f057b8388ae132889bfd7c228', 'hex')
const SEED = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** A mail of this size that takes so long would stop an import. */
const LONGEST_MS = 3000

const input = (name: string) => readFileSync(new URL(`../../test/golden/input/${name}`, import.meta.url))

/** A small generator (mulberry32), so that a seed repeats a run. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const PIECES = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '--',
  '--=_golden',
  '--=_golden--',
  '"',
  '\\',
  '=?',
  '?=',
  '=',
  '\u0000',
  'é',
  '(',
  ')',
  '<',
  '>',
  ';',
  ':',
  ',',
  ' ',
  '\t',
  'Content-Type: multipart/mixed; boundary=x\r\n',
  'boundary=',
  '\r\n--x\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  '{',
  '}',
  '[',
  ']',
  'null',
  '1e999',
  '"\\ud800"',
]

function spoil(source: Buffer, below: (most: number) => number): Buffer {
  let bytes = Buffer.from(source)
  for (let changes = 1 + below(6); changes > 0; changes--) {
    const at = below(bytes.length + 1)
    const length = below(2) === 0 ? below(4) : below(200)
    switch (below(5)) {
      case 0:
        if (at < bytes.length) bytes[at] = below(256)
        break
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
        break
      case 2:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(PIECES[below(PIECES.length)]!),
          bytes.subarray(at),
        ])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)])
        break
      default:
        bytes = bytes.subarray(0, at)
    }
  }
  return bytes
}

async function* cut(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const withoutContent = (facts: ItemFacts) => ({
  ...facts,
  attachments: facts.attachments.map(each => ({ ...each, content: null })),
})

test('spoiled mail is read by every reader alike and can be written', async context => {
  context.diagnostic(`seed ${SEED} (HOLDFAST_SEED)`)
  const below = random(SEED)
  const sources = ['email-mms.eml', 'email-sms-swedish.eml', 'email-voice-call.eml', 'email-edit.eml'].map(
    input,
  )
  for (let round = 0; round < 1500; round++) {
    const raw = spoil(sources[below(sources.length)]!, below)
    const started = cpuTime()
    const facts = await readEmail(raw, CONTEXT)
    assert.deepEqual(facts, await readAnyEmail(raw, CONTEXT), `round ${round}`)
    assert.equal((await readEmailSource(raw)).sourceItemId, facts.sourceItemId, `round ${round}`)
    assert.deepEqual(
      await readLargeEmail(cut(raw, 1 + below(100)), CONTEXT),
      withoutContent(facts),
      `round ${round}`,
    )
    writeMessage(facts, ID)
    assert.ok(cpuTime() - started < LONGEST_MS, `round ${round} takes too long`)
  }
})

test('spoiled records are read or refused', context => {
  context.diagnostic(`seed ${SEED} (HOLDFAST_SEED)`)
  const below = random(SEED)
  const sources = ['mms-arabic.json', 'voice-call-hindi.json', 'special-edit.json', 'chat-emoji.json'].map(
    input,
  )
  let read = 0
  for (let round = 0; round < 5000; round++) {
    const raw = spoil(sources[below(sources.length)]!, below)
    try {
      const facts = readRecord(raw, CONTEXT, new Map())
      assert.equal(readRecordSource(raw).sourceItemId, facts.sourceItemId)
      writeMessage(facts, ID)
      read++
    } catch (error) {
      assert.ok(
        hasCode(error, 'ITEM_UNREADABLE') || (hasCode(error, 'INTERNAL') && raw.includes('contentId')),
        `round ${round}: ${error}`,
      )
    }
  }
  assert.ok(read > 100)
})

test('mail made to be slow is not', async () => {
  const many = 200_000
  const cases: Record<string, string> = {
    'spaces in a header': `Subject: ${' '.repeat(many)}x\r\n\r\n`,
    'folded lines': `To: a${'\r\n x'.repeat(many / 4)}\r\n\r\n`,
    'open brackets': `To: ${'<'.repeat(many)}\r\n\r\n`,
    'at signs': `To: <${'@'.repeat(many)}\r\n\r\n`,
    quotes: `From: ${'"a" '.repeat(many / 4)}<a@b.example>\r\n\r\n`,
    comments: `From: ${'('.repeat(many)}\r\nContent-Type: text/plain${'('.repeat(many)}; charset=x\r\n\r\n`,
    'encoded words': `Subject: ${'=?utf-8?B?'.repeat(many / 10)}\r\nTo: ${'=?utf-8?B?eA==?= '.repeat(many / 16)}\r\n\r\n`,
    parameters: `Content-Type: multipart/mixed${';a=b'.repeat(many / 4)}; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--`,
    'a long boundary': `Content-Type: multipart/mixed; boundary="${'b'.repeat(many)}"\r\n\r\n--${'b'.repeat(many)}\r\n\r\nx`,
    'deep nesting': Array.from(
      { length: 2000 },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    ).join(''),
    'many parts': `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(20_000)}--b--`,
    'almost delimiters': `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${'\r\n--'.repeat(many / 4)}`,
    'open tags': `Content-Type: text/html\r\n\r\n${'<a '.repeat(many / 3)}`,
    entities: `Content-Type: text/html\r\n\r\n${'&#'.repeat(many / 2)}`,
    'quoted-printable blanks': `Content-Transfer-Encoding: quoted-printable\r\n\r\n${`=${' '.repeat(100)}`.repeat(many / 100)}`,
    padding: `Content-Transfer-Encoding: base64\r\n\r\n${'=A'.repeat(many / 2)}`,
    digits: `From: ${'1'.repeat(many)} <a@b.example>\r\nDate: ${'1 '.repeat(many / 2)}\r\n\r\n`,
    edits: `X-TELEMESSAGE-ArchiveMessageID: EDIT-1\r\n\r\nPrevious Text:\r\n${'Edited Text:\r\n'.repeat(many / 14)}`,
    'no end of line': 'x'.repeat(3_000_000),
  }
  for (const [name, raw] of Object.entries(cases)) {
    const bytes = Buffer.from(raw)
    const started = cpuTime()
    const facts = await readEmail(bytes, CONTEXT)
    assert.deepEqual(await readLargeEmail(cut(bytes, 65_536), CONTEXT), withoutContent(facts), name)
    const took = cpuTime() - started
    assert.ok(took < LONGEST_MS, `${name} took ${Math.round(took)} ms`)
  }
})
