import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSoundJson } from './json-check.ts'
import { arrayElements, stringAt, visitMembers } from './json-scan.ts'

const parses = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Texts that are nearly JSON: a sound one with a few characters replaced, left out or doubled. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[],:"\\ \n0-1.eEtfnu\u0001é'.split(''), ''))),
  )
  .map(([text, edits]) => {
    let edited = text
    for (const [at, character] of edits.slice(0, 4)) {
      const place = at % (edited.length + 1)
      edited = edited.slice(0, place) + character + edited.slice(place + (at % 3 === 0 ? 0 : 1))
    }
    return edited
  })

describe('isSoundJson', () => {
  it('agrees with JSON.parse on what is JSON and what only looks like it', () => {
    fc.assert(
      fc.property(nearlyJson, text => {
        assert.equal(isSoundJson(Buffer.from(text)), parses(text), text)
      }),
      { numRuns: 20_000, seed: 20261120 },
    )
  })

  it('agrees with JSON.parse on odd numbers, escapes and words', () => {
    const words =
      '0 -0 00 01 1. .1 1.0 1e 1e5 1E+5 1e-5 1e+ - +1 true True tru truex null nul NaN "\\u00e9" "\\u00g9" "\\x" "\\" "a\tb" "" { [ ] [1,] {"a":1,} [,1] {"a"} {a:1} {"a":1 "b":2} [1 2] 1,2'
    for (const text of [...words.split(' '), '', ' ', '\u00a01', '"a\u0000"', '\n[ 1 ]\t', '[1]]'])
      assert.equal(isSoundJson(Buffer.from(text)), parses(text), JSON.stringify(text))
  })

  it('refuses what is no UTF-8, and nesting past its bound, without running out of anything', () => {
    assert.equal(isSoundJson(Buffer.from('"\xe9"', 'latin1')), false)
    assert.equal(isSoundJson(Buffer.from(`${'['.repeat(500)}${']'.repeat(500)}`)), true)
    assert.equal(isSoundJson(Buffer.alloc(30_000_000, '[')), false)
  })
})

describe('the scanner', () => {
  const slices = (text: string) => {
    const bytes = Buffer.from(text)
    return arrayElements(bytes, 0, bytes.length, 1000)?.elements.map(({ start, end }) =>
      bytes.toString('utf8', start, end),
    )
  }

  it('finds the exact text of every element of any JSON array', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.constantFrom('', ' ', '\n\t '),
        (values, space) => {
          const texts = values.map(value => JSON.stringify(value))
          assert.deepEqual(slices(`[${space}${texts.join(`${space},${space}`)}${space}]`), texts)
        },
      ),
      { numRuns: 3000, seed: 20261120 },
    )
  })

  it('finds the members of any JSON object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), object => {
        const bytes = Buffer.from(JSON.stringify(object, null, 1))
        const found: [string, unknown][] = []
        const after = visitMembers(bytes, 0, bytes.length, (keyStart, keyEnd, start, end) => {
          found.push([
            stringAt(bytes, keyStart - 1, keyEnd + 1) ?? '',
            JSON.parse(bytes.toString('utf8', start, end)),
          ])
        })
        assert.equal(after, bytes.length)
        assert.deepEqual(found, Object.entries(JSON.parse(bytes.toString('utf8'))))
      }),
      { numRuns: 3000, seed: 20261120 },
    )
  })

  it('lets a damaged element cost only itself', () => {
    assert.deepEqual(slices('[{"a":1},{"b":2]},{"c":3}]'), ['{"a":1}', '{"b":2]}', '{"c":3}'])
    assert.deepEqual(slices('[{"a":1}},{"c":3}]'), ['{"a":1}}', '{"c":3}'])
    assert.deepEqual(slices('[{"a" 1},nonsense,,{"c":3},]'), ['{"a" 1}', 'nonsense', '{"c":3}'])
    assert.equal(slices('[{"a":1},{"b":'), undefined)
    assert.equal(slices('[{"a":"1},{"b":2}]'), undefined)
  })

  it('tells escaped quotes in long strings from closing ones', () => {
    for (let backslashes = 0; backslashes < 6; backslashes += 1)
      for (const length of [0, 10, 47, 48, 49, 100]) {
        const text = `${'x'.repeat(length)}${'\\'.repeat(backslashes * 2)}\\"${'y'.repeat(100)}${'\\\\'.repeat(backslashes)}`
        assert.deepEqual(slices(`["${text}",1]`), [`"${text}"`, '1'])
      }
  })

  it('is linear in hostile input', () => {
    const hostile = [
      '['.repeat(3_000_000),
      `["${'\\"'.repeat(3_000_000)}`,
      `["${'\\'.repeat(6_000_000)}`,
      `[${'"",'.repeat(900)}"`,
    ]
    for (const text of hostile) assert.equal(slices(text), undefined)
  })
})
