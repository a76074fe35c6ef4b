import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasCode } from '../errors.ts'
import { formatSchedule, nextRunAfter, parseSchedule } from './schedule.ts'

const next = (schedule: string, now: string) =>
  new Date(nextRunAfter(parseSchedule(schedule), Date.parse(now))).toISOString()

test('a daily schedule follows the local clock through both changes of summer time', () => {
  assert.equal(next('daily 02:00 Europe/London', '2026-01-10T12:00:00Z'), '2026-01-11T02:00:00.000Z')
  assert.equal(next('daily 02:00 Europe/London', '2026-07-10T12:00:00Z'), '2026-07-11T01:00:00.000Z')
  // 01:30 does not exist in London on 29 March 2026; the import comes as much later as the clocks leapt.
  assert.equal(next('daily 01:30 Europe/London', '2026-03-28T12:00:00Z'), '2026-03-29T01:30:00.000Z')
  // 01:30 comes twice on 25 October 2026; the first is taken, and the second is not another run.
  assert.equal(next('daily 01:30 Europe/London', '2026-10-24T12:00:00Z'), '2026-10-25T00:30:00.000Z')
  assert.equal(next('daily 01:30 Europe/London', '2026-10-25T00:30:00Z'), '2026-10-26T01:30:00.000Z')
})

test('a daily schedule is right on the far sides of the date line', () => {
  assert.equal(next('daily 00:15 Pacific/Kiritimati', '2026-11-20T10:20:00Z'), '2026-11-21T10:15:00.000Z')
  assert.equal(next('daily 23:45 Pacific/Niue', '2026-11-20T10:40:00Z'), '2026-11-20T10:45:00.000Z')
})

test('hourly and every N minutes fall on round moments', () => {
  assert.equal(next('hourly', '2026-11-20T10:00:00Z'), '2026-11-20T11:00:00.000Z')
  assert.equal(next('every 15 minutes', '2026-11-20T10:07:00Z'), '2026-11-20T10:15:00.000Z')
})

test('a schedule reads back as it was written', () => {
  for (const text of ['daily 02:00 Europe/Stockholm', 'hourly', 'every 15 minutes'])
    assert.equal(formatSchedule(parseSchedule(text)), text)
})

test('a wrong schedule says what is wrong', () => {
  for (const text of [
    '',
    'daily 25:00 UTC',
    'daily 02:00 Mars/Base',
    'every 0 minutes',
    'every x minutes',
    'weekly',
  ])
    assert.throws(
      () => parseSchedule(text),
      error => hasCode(error, 'CONNECTOR_INVALID'),
    )
})
