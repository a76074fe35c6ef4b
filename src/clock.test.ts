import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock, systemClock } from './clock.ts'

test('a sleep ends early with the signal’s reason, also where it was aborted before', async () => {
  const stop = new AbortController()
  const slept = systemClock.sleep(60_000, stop.signal)
  stop.abort(new Error('told to stop'))
  await assert.rejects(slept, /told to stop/)
  await assert.rejects(systemClock.sleep(60_000, stop.signal), /told to stop/)
})

test('a sleep that ends in time leaves no listener on its signal', async () => {
  const stop = new AbortController()
  let listeners = 0
  const { signal } = stop
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...words: Parameters<typeof add>) => {
    listeners++
    add(...words)
  }
  signal.removeEventListener = (...words: Parameters<typeof remove>) => {
    listeners--
    remove(...words)
  }
  await systemClock.sleep(1, signal)
  assert.equal(listeners, 0)
})

test('a manual clock moves only when it is told to, or slept on', async () => {
  const clock = manualClock(1000)
  assert.equal(clock.now(), 1000)
  await clock.sleep(500)
  assert.equal(clock.now(), 1500)
  clock.set(10)
  assert.equal(clock.now(), 10)
})
