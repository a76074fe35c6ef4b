/**
 * The conversion, pinned for ever: each input gives exactly these bytes and facts. A difference here means that items
 * collected again would become others. After a change that is meant, HOLDFAST_GOLDEN_UPDATE=1 rewrites what is expected;
 * then read the difference before it is committed.
 */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  conversationKey,
  formatItemId,
  type ItemFacts,
  indexText,
  itemId,
  readEmail,
  readLargeEmail,
  readRecord,
  streamMessage,
  writeMessage,
} from '../../src/message/message.ts'
import { requireProgram } from '../../src/testing/requires.ts'
import { readByMailparser, readByPostalMime, readByPython } from './readers.ts'

const INPUT = new URL('input/', import.meta.url)
const EXPECTED = new URL('expected/', import.meta.url)
const UPDATE = process.env.HOLDFAST_GOLDEN_UPDATE === '1'
const KEY = createSecretKey(Buffer.alloc(32, 1))
const ARRIVED_AT = new Date('2026-07-02T02:00:00Z')

const names = readdirSync(INPUT).sort()

async function read(name: string): Promise<ItemFacts> {
  const raw = readFileSync(new URL(name, INPUT))
  if (name.endsWith('.json'))
    return readRecord(raw, { network: 'O2', arrivedAt: ARRIVED_AT, sourceItemId: null }, new Map())
  const context = { network: 'ENTERPRISE_NUMBER', arrivedAt: ARRIVED_AT, sourceItemId: null }
  const facts = await readEmail(raw, context)
  const streamed = await readLargeEmail(pieces(raw), context)
  assert.deepEqual(
    streamed,
    { ...facts, attachments: facts.attachments.map(attachment => ({ ...attachment, content: null })) },
    'read as a stream',
  )
  return facts
}

async function* pieces(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97)
}

function describe(facts: ItemFacts): string {
  const id = itemId(KEY, 'golden', facts)
  const shown = {
    itemId: formatItemId(id),
    conversation: conversationKey(KEY, facts).toString('hex'),
    facts: {
      ...facts,
      attachments: facts.attachments.map(({ content, digest, ...rest }) => ({
        ...rest,
        digest: digest.toString('hex'),
        held: content !== null,
      })),
    },
    // What is read inside attachments comes later, and not of the message alone.
    index: { ...indexText(facts, []), attachmentTexts: undefined },
  }
  return `${JSON.stringify(shown, null, 2)}\n`
}

function compare(name: string, actual: Buffer): void {
  const path = new URL(name, EXPECTED)
  if (UPDATE) writeFileSync(path, actual)
  const expected = readFileSync(path)
  if (!actual.equals(expected))
    assert.equal(actual.toString(), expected.toString(), `${name} is not as it was`)
}

/** The layout of a JSON file is the formatter's affair. */
function compareFacts(name: string, actual: string): void {
  const path = new URL(name, EXPECTED)
  if (UPDATE) writeFileSync(path, actual)
  assert.deepEqual(JSON.parse(actual), JSON.parse(readFileSync(path, 'utf8')), `${name} is not as it was`)
}

test('every input gives the facts and the bytes that it always gave', async () => {
  assert.ok(names.length > 80)
  for (const name of names) {
    const facts = await read(name)
    const stem = name.replace(/\.(?:json|eml)$/, '')
    compareFacts(`${stem}.json`, describe(facts))
    if (facts.form === 'email') continue
    const id = itemId(KEY, 'golden', facts)
    const message = writeMessage(facts, id)
    compare(`${stem}.eml`, message)
    const { size, chunks } = streamMessage(facts, id, () => assert.fail('all is in memory'))
    const streamed: Buffer[] = []
    for await (const chunk of chunks) streamed.push(chunk)
    assert.ok(Buffer.concat(streamed).equals(message), `${name} streamed`)
    assert.equal(size, message.length)
  }
})

test('no expected file is left over', () => {
  const stems = new Set(names.map(name => name.replace(/\.(?:json|eml)$/, '')))
  for (const name of readdirSync(EXPECTED)) assert.ok(stems.has(name.replace(/\.(?:json|eml)$/, '')), name)
})

test('the expected messages are read by others without defects and with the same text', async context => {
  const python = requireProgram(context, 'python3')
  if (python === null) return
  const paths = readdirSync(EXPECTED)
    .filter(name => name.endsWith('.eml'))
    .sort()
  const messages = paths.map(name => readFileSync(new URL(name, EXPECTED)))
  const byPython = await readByPython(python, messages)
  for (const [index, message] of messages.entries()) {
    const expected = byPython[index]!
    for (const reading of [await readByPostalMime(message), await readByMailparser(message)]) {
      assert.equal(reading.text, expected.text, paths[index])
      assert.equal(reading.subject, expected.subject, paths[index])
      assert.deepEqual(
        reading.attachments.map(({ sha256 }) => sha256),
        expected.attachments.map(({ sha256 }) => sha256),
        paths[index],
      )
    }
  }
})
