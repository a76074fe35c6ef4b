import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTime } from '../testing/cpu-time.ts'
import { readReaction } from './reaction.ts'

test('reactions that phones write out are recognised, and plain texts are not', () => {
  for (const [text, mark, isRemoved, quoted] of [
    ['Liked “See you at noon”', '👍', false, 'See you at noon'],
    ['Laughed at "Two\nlines"', '😂', false, 'Two\nlines'],
    ['Removed a heart from “See you”', '❤️', true, 'See you'],
    ['Reacted 🎉 to “We won”', '🎉', false, 'We won'],
    ['\u200a\u200b👍🏽\u200b to “\u200aHello\u200a”', '👍🏽', false, 'Hello'],
    ['👩‍💻 to “Deploy”', '👩‍💻', false, 'Deploy'],
  ] as const)
    assert.deepEqual(readReaction(text), { mark, isRemoved, quoted }, text)
  for (const text of [
    'Liked it',
    'I liked “Dune”',
    'Removed the crate from “Dock 4”',
    '👍',
    'Reacted to “x”',
    '',
  ])
    assert.equal(readReaction(text), null, text)
})

test('a text made to be tried in many ways is read at once', () => {
  const began = cpuTime()
  for (const blank of [' ', '\u200a', '\u200b'])
    for (const text of [
      `👍 to “${blank.repeat(4000)}x`,
      `${blank.repeat(100_000)}👍`,
      `👍${blank.repeat(100_000)}`,
    ])
      assert.equal(readReaction(text), null)
  assert.equal(readReaction(`👍 to “${' '.repeat(4000)}”`), null)
  const took = cpuTime() - began
  assert.ok(took < 1000, `${took} ms`)
})
