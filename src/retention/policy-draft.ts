/** What a policy is to be made of, checked before anything is locked. */
import { HoldfastError } from '../errors.ts'
import { addPeriod, parsePeriod } from './period.ts'
import type { PolicyWords } from './policy.ts'
import { checkSettings, type PolicySettings } from './policy-settings.ts'
import { PRESETS, type Preset } from './preset.ts'

export type PolicyDraft = PolicyWords &
  PolicySettings & {
    readonly presetId: Preset['presetId'] | null
    readonly enabled: boolean
  }

const NAME_MAX = 200
const TEXT_MAX = 4_000

const invalid = (why: string): HoldfastError => new HoldfastError('RETENTION_POLICY_INVALID', why)

/**
 * The draft in its kept form; RETENTION_POLICY_INVALID for what is missing or contradicts itself. A policy that keeps
 * less than its preset says why, and that stays with it.
 */
export function checkDraft(draft: PolicyDraft): PolicyDraft {
  const name = draft.name.replace(/\s+/g, ' ').trim()
  const description = draft.description.trim()
  if (name === '') throw invalid('a policy needs a name')
  if (name.length > NAME_MAX) throw invalid(`a name has at most ${NAME_MAX} characters`)
  if (description.length > TEXT_MAX) throw invalid(`a description has at most ${TEXT_MAX} characters`)
  const settings = checkSettings(draft)
  const preset = PRESETS.find(each => each.presetId === draft.presetId)
  const below = preset !== undefined && keepsLess(settings, preset)
  const belowPreset = below ? draft.belowPreset.trim() : ''
  if (below && belowPreset === '')
    throw invalid(`this keeps less than ${preset.name}: say why, or keep it as long`)
  if (belowPreset.length > TEXT_MAX) throw invalid(`a reason has at most ${TEXT_MAX} characters`)
  return {
    name,
    description,
    belowPreset,
    ...settings,
    presetId: preset?.presetId ?? null,
    enabled: draft.enabled,
  }
}

/** True if a policy would let go before the preset's period is over, on whatever day that begins. */
function keepsLess({ action, period }: PolicySettings, preset: Preset): boolean {
  if (action === 'delete') return true
  if (period === null) return false
  const own = parsePeriod(period)!
  // Days of every length of month and year: a period of days can be shorter than years only in some of them.
  const starts = Array.from({ length: 4 * 366 }, (_, day) => Date.UTC(2096, 0, 1 + day))
  return starts.some(from => addPeriod(from, own) < addPeriod(from, preset.period))
}
