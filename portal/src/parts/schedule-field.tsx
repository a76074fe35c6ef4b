/**
 * A connector's schedule, written as the API writes it: `daily 02:00 Europe/London`, `hourly`, `every 15 minutes`.
 * Calls back with what is sound; until then it says what is missing.
 */
import { Field, Input, Select } from '@fluentui/react-components'
import { useId, useState } from 'react'
import { textsOf, useTexts } from './language.ts'
import styles from './schedule-field.module.css'

const texts = textsOf('schedule', {
  en: {
    often: 'How often',
    daily: 'Once a day',
    hourly: 'Every hour',
    minutes: 'Every few minutes',
    at: 'At',
    zone: 'Time zone',
    zoneHint: 'Summer time is followed.',
    zoneWrong: 'Choose a time zone, such as Europe/London',
    every: 'Minutes',
    everyWrong: 'A whole number from 1 to 1440',
    dailyText: 'Once a day at {{at}} ({{zone}})',
    minutesText_one: 'Every minute',
    minutesText_other: 'Every {{count, number}} minutes',
  },
  sv: {
    often: 'Hur ofta',
    daily: 'En gång om dagen',
    hourly: 'Varje timme',
    minutes: 'Med några minuters mellanrum',
    at: 'Klockan',
    zone: 'Tidszon',
    zoneHint: 'Sommartid följs.',
    zoneWrong: 'Välj en tidszon, till exempel Europe/Stockholm',
    every: 'Minuter',
    everyWrong: 'Ett heltal från 1 till 1440',
    dailyText: 'En gång om dagen klockan {{at}} ({{zone}})',
    minutesText_one: 'Varje minut',
    minutesText_other: 'Var {{count, number}}:e minut',
  },
})

type Kind = 'daily' | 'hourly' | 'minutes'
type Parts = { readonly kind: Kind; readonly at: string; readonly zone: string; readonly minutes: string }

function partsOf(schedule: string): Parts {
  const words = schedule.split(' ')
  const every = { at: '02:00', zone: 'UTC', minutes: '15' }
  if (words[0] === 'hourly') return { ...every, kind: 'hourly' }
  if (words[0] === 'every') return { ...every, kind: 'minutes', minutes: words[1] ?? '15' }
  return { ...every, kind: 'daily', at: words[1] ?? '02:00', zone: words[2] ?? 'UTC' }
}

function scheduleOf({ kind, at, zone, minutes }: Parts): string {
  if (kind === 'hourly') return 'hourly'
  return kind === 'minutes' ? `every ${minutes} minutes` : `daily ${at} ${zone}`
}

const zones: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')]

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name !== ''
  } catch {
    return false
  }
}

const isCount = (text: string) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1440
const isSound = ({ kind, at, zone, minutes }: Parts) =>
  kind === 'hourly' || (kind === 'minutes' ? isCount(minutes) : /^\d\d:\d\d$/.test(at) && isZone(zone))

type Props = {
  readonly schedule: string
  readonly onChange: (schedule: string) => void
}

export function ScheduleField({ schedule, onChange }: Props) {
  const t = useTexts(texts)
  const list = useId()
  const [parts, setParts] = useState(() => partsOf(schedule))
  const change = (changes: Partial<Parts>) => {
    const next = { ...parts, ...changes }
    setParts(next)
    if (isSound(next) && scheduleOf(next) !== schedule) onChange(scheduleOf(next))
  }
  const wrong = (text: string) => ({ validationMessage: text, validationState: 'error' as const })
  return (
    <div className={styles.schedule}>
      <Field label={t('often')}>
        <Select value={parts.kind} onChange={(_, { value }) => change({ kind: value as Kind })}>
          <option value="daily">{t('daily')}</option>
          <option value="hourly">{t('hourly')}</option>
          <option value="minutes">{t('minutes')}</option>
        </Select>
      </Field>
      {parts.kind === 'daily' && (
        <>
          <Field label={t('at')}>
            <Input type="time" value={parts.at} onChange={(_, { value }) => change({ at: value })} />
          </Field>
          <Field
            label={t('zone')}
            {...(isZone(parts.zone) ? { hint: t('zoneHint') } : wrong(t('zoneWrong')))}
          >
            <Input
              list={list}
              autoComplete="off"
              spellCheck={false}
              value={parts.zone}
              onChange={(_, { value }) => change({ zone: value.trim() })}
            />
          </Field>
          <datalist id={list}>
            {zones.map(zone => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
      {parts.kind === 'minutes' && (
        <Field label={t('every')} {...(isCount(parts.minutes) ? {} : wrong(t('everyWrong')))}>
          <Input
            type="number"
            min={1}
            max={1440}
            value={parts.minutes}
            onChange={(_, { value }) => change({ minutes: value })}
          />
        </Field>
      )}
    </div>
  )
}

/** The same in words. */
export function ScheduleText({ schedule }: { readonly schedule: string }) {
  const t = useTexts(texts)
  const { kind, at, zone, minutes } = partsOf(schedule)
  if (kind === 'hourly') return <>{t('hourly')}</>
  return (
    <>{kind === 'minutes' ? t('minutesText', { count: Number(minutes) }) : t('dailyText', { at, zone })}</>
  )
}
