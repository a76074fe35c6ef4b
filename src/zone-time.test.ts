import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneTime } from './zone-time.ts'

const shown = (time: string, zone: string) => Object.values(zoneTime(new Date(time), zone)).join(' ')

test('a time is what a clock of the zone shows, before, in and after a change', () => {
  const times: [string, string, string][] = [
    ['2026-10-25T00:59:59.000Z', 'Europe/London', '2026-10-25 01:59:59 +01:00'],
    ['2026-10-25T01:00:00.000Z', 'Europe/London', '2026-10-25 01:00:00 +00:00'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Stockholm', '2026-03-29 03:00:00 +02:00'],
    ['2026-07-01T23:30:00.999Z', 'UTC', '2026-07-01 23:30:00 +00:00'],
    ['2026-01-01T03:15:00.000Z', 'America/St_Johns', '2025-12-31 23:45:00 -03:30'],
    ['2026-01-01T10:00:00.000Z', 'Pacific/Kiritimati', '2026-01-02 00:00:00 +14:00'],
    ['2026-01-01T00:00:00.000Z', 'Asia/Kathmandu', '2026-01-01 05:45:00 +05:45'],
    ['1990-01-01T00:00:00.000Z', 'Europe/Moscow', '1990-01-01 03:00:00 +03:00'],
  ]
  for (const [time, zone, expected] of times) assert.equal(shown(time, zone), expected)
})

test('a zone that nobody knows is refused', () => {
  assert.throws(() => zoneTime(new Date(0), 'Mars/Olympus'), RangeError)
})
