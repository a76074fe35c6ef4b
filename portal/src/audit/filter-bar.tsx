/** The filters to choose from, and those that are on as chips. Everything is in the address. */
import { Combobox, Field, Input, Option, Switch } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { type Chip, FilterChips } from '../parts/filter-chips.tsx'
import { useTexts } from '../parts/language.ts'
import { useActName } from './acts.ts'
import styles from './audit.module.css'
import type { Filter } from './filter.ts'
import { auditTexts } from './texts.ts'

type Props = {
  readonly filter: Filter
  readonly setFilter: (change: Partial<{ [Name in keyof Filter]: string | null }>) => void
  /** At the end of the bar. */
  readonly children: ReactNode
}

export function FilterBar({ filter, setFilter, children }: Props) {
  const t = useTexts(auditTexts)
  const actName = useActName()
  const names = useQuery({
    queryKey: ['audit', 'names'],
    queryFn: ({ signal }) => client.getAuditNames({ signal }),
    staleTime: 60_000,
  })
  const acts = names.data?.acts ?? []
  const families = [...new Set(acts.map(act => `${act.slice(0, act.indexOf('.'))}.*`))]
  const chip = (key: keyof Filter, text: string): Chip[] =>
    filter[key] === '' ? [] : [{ key, text, remove: () => setFilter({ [key]: null }) }]
  const actText = filter.act.endsWith('.*')
    ? t('family', { family: filter.act.slice(0, -2) })
    : actName(filter.act)
  return (
    <div className={styles.bar}>
      <div className={styles.fields}>
        <Field label={t('who')} size="small">
          <Choice
            value={filter.actor}
            options={(names.data?.actors ?? [])
              .filter(actor => !actor.includes('/token-'))
              .map(actor => ({ value: actor, text: actor }))}
            placeholder={t('anybody')}
            choose={actor => setFilter({ actor })}
          />
        </Field>
        <Field label={t('act')} size="small">
          <Choice
            value={filter.act}
            options={[
              ...families.map(family => ({
                value: family,
                text: t('family', { family: family.slice(0, -2) }),
              })),
              ...acts.map(act => ({ value: act, text: `${actName(act)} (${act})` })),
            ]}
            placeholder={t('anything')}
            choose={act => setFilter({ act })}
          />
        </Field>
        <Field label={t('about')} size="small">
          <Typed value={filter.subject} placeholder="connector:1" take={subject => setFilter({ subject })} />
        </Field>
        <Field label={t('from')} size="small">
          <Input
            size="small"
            type="date"
            value={filter.from}
            max={filter.to === '' ? undefined : filter.to}
            onChange={(_, { value }) => setFilter({ from: value })}
          />
        </Field>
        <Field label={t('to')} size="small">
          <Input
            size="small"
            type="date"
            value={filter.to}
            min={filter.from === '' ? undefined : filter.from}
            onChange={(_, { value }) => setFilter({ to: value })}
          />
        </Field>
        <Switch
          className={styles.switch!}
          label={t('breakGlassOnly')}
          checked={filter.breakGlass === 'true'}
          onChange={(_, { checked }) => setFilter({ breakGlass: checked ? 'true' : null })}
        />
        <div className={styles.end}>{children}</div>
      </div>
      <FilterChips
        chips={[
          ...chip('actor', `${t('who')}: ${filter.actor}`),
          ...chip('act', `${t('act')}: ${actText}`),
          ...chip('subject', `${t('about')}: ${filter.subject}`),
          ...chip('from', `${t('from')}: ${filter.from}`),
          ...chip('to', `${t('to')}: ${filter.to}`),
          ...chip('breakGlass', t('breakGlassOnly')),
        ]}
        onClear={() =>
          setFilter({ actor: null, act: null, subject: null, from: null, to: null, breakGlass: null })
        }
      />
    </div>
  )
}

type ChoiceProps = {
  readonly value: string
  readonly options: readonly { readonly value: string; readonly text: string }[]
  readonly placeholder: string
  readonly choose: (value: string) => void
}

/** One of what the log knows, found by typing; what it does not know can be typed too. */
function Choice({ value, options, placeholder, choose }: ChoiceProps) {
  const shown = options.find(each => each.value === value)?.text ?? value
  const [typed, setTyped] = useState<string | null>(null)
  const wanted = (typed ?? '').trim().toLowerCase()
  const found = options.filter(each => each.text.toLowerCase().includes(wanted)).slice(0, 60)
  const take = (text: string) => {
    setTyped(null)
    const exact = options.find(each => each.text === text)
    choose(exact?.value ?? text.trim())
  }
  return (
    <Combobox
      size="small"
      freeform
      clearable
      placeholder={placeholder}
      value={typed ?? shown}
      selectedOptions={value === '' ? [] : [value]}
      onChange={event => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue, optionText }) => {
        setTyped(null)
        choose(optionValue ?? optionText ?? '')
      }}
      onBlur={() => typed !== null && take(typed)}
      onKeyDown={event => {
        if (event.key === 'Enter' && typed !== null && found.length === 0) take(typed)
      }}
    >
      {found.map(each => (
        <Option key={each.value} value={each.value} text={each.text}>
          {each.text}
        </Option>
      ))}
    </Combobox>
  )
}

/** A text that counts once it is left or Enter is pressed, so that not every letter is a search. */
function Typed({
  value,
  placeholder,
  take,
}: {
  readonly value: string
  readonly placeholder: string
  readonly take: (value: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const settle = () => {
    if (text.trim() !== value) take(text.trim())
  }
  return (
    <Input
      size="small"
      value={text}
      placeholder={placeholder}
      onChange={(_, data) => setText(data.value)}
      onBlur={settle}
      onKeyDown={event => event.key === 'Enter' && settle()}
    />
  )
}
