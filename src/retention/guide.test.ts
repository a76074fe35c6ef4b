/** The guide says what is done: its examples are decided on, and its presets are sound. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decide, formatPeriod, PRESETS, type RetentionAction } from './retention.ts'

const GUIDE = readFileSync(new URL('../../docs/guide/retention-principles.md', import.meta.url), 'utf8')
const SENT = new Date('2020-03-10T09:30:00Z')

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())

/** The rows of the tables of a section, in order, without their heads. */
function tablesOf(section: string): string[][][] {
  return section
    .split('\n\n')
    .filter(part => part.startsWith('|'))
    .map(part => part.trim().split('\n').slice(2).map(cellsOf))
}

test("the guide's five examples are decided as it says", () => {
  const sections = GUIDE.split('\n### ').slice(1)
  assert.equal(sections.length, 5)
  for (const section of sections) {
    const [rules, outcome] = tablesOf(section.split('\n## ')[0]!)
    const settings = rules!.map(([rule, scope, does, years], index) => ({
      isLabel: rule === 'label',
      policyId: index,
      labelId: index,
      action: does as RetentionAction,
      period: { years: Number(years), months: 0, days: 0 },
      start: { from: 'sent' } as const,
      specific: scope === 'scoped',
      review: false,
      connectorIds: null,
      kinds: null,
    }))
    const decision = decide(
      {
        kind: 'sms',
        connectorId: 1,
        sentAt: SENT,
        arrivedAt: SENT,
        importedAt: SENT,
        labelId: settings.find(setting => setting.isLabel)?.labelId ?? null,
        heldByTerms: [],
        holdPending: false,
        extendedUntil: null,
      },
      {
        policies: settings.filter(setting => !setting.isLabel),
        labels: settings.filter(setting => setting.isLabel),
        labelRules: [],
        holds: [],
      },
    )
    const after = (years: string | undefined) =>
      years === 'not' ? null : Date.parse(`${2020 + Number(years)}-03-10T09:30:00Z`)
    const [kept, deleted] = outcome![0]!
    assert.deepEqual(
      [decision.retainUntil, decision.deleteAt],
      [after(kept), after(deleted)],
      section.split('\n')[0],
    )
  }
})

test('presets retain for the periods of their rules, and name where these are written', () => {
  assert.deepEqual(
    PRESETS.map(({ presetId, action, period, extension }) => [
      presetId,
      action,
      formatPeriod(period),
      extension && formatPeriod(extension),
    ]),
    [
      ['sec-17a-4', 'retain', 'P6Y', null],
      ['finra-4511', 'retain', 'P6Y', null],
      ['mifid-ii', 'retain', 'P5Y', 'P2Y'],
      ['fca-sysc-10a', 'retain', 'P5Y', 'P2Y'],
      ['cftc-1-31', 'retain', 'P5Y', null],
    ],
  )
  for (const { sources, starts } of PRESETS) {
    assert.ok(sources.length > 0 && sources.every(source => source.url.startsWith('https://')))
    assert.equal(starts[0], 'sent')
  }
  assert.match(PRESETS[0]!.claims, /audit-trail alternative .* not the non-rewriteable/s)
})
