/** Searching and narrowing a folder; what is on stands as chips that take it away again. */
import { Button, Checkbox, Field, Input, Radio, RadioGroup, SearchBox } from '@fluentui/react-components'
import { FilterRegular } from '@fluentui/react-icons/svg/filter'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type Chip, FilterChips } from '../parts/filter-chips.tsx'
import { useTexts } from '../parts/language.ts'
import styles from './filter-bar.module.css'
import type { ChangeReader, ReaderState } from './reader-state.ts'
import { mailboxTexts } from './texts.ts'

const KINDS = ['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'] as const
const NONE = {
  kinds: '',
  direction: '',
  from: '',
  to: '',
  attachments: '',
  words: '',
  participant: '',
} as const

type Props = { readonly state: ReaderState; readonly change: ChangeReader }

export function FilterBar({ state, change }: Props) {
  const t = useTexts(mailboxTexts)
  const [typed, setTyped] = useState(state.words)
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLDivElement>(null)
  useEffect(() => setTyped(state.words), [state.words])
  useEffect(() => {
    if (!open) return
    const leave = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return
      if (event instanceof PointerEvent && anchor.current?.contains(event.target as Node)) return
      setOpen(false)
      if (event instanceof KeyboardEvent) anchor.current?.querySelector('button')?.focus()
    }
    document.addEventListener('keydown', leave)
    document.addEventListener('pointerdown', leave)
    return () => {
      document.removeEventListener('keydown', leave)
      document.removeEventListener('pointerdown', leave)
    }
  }, [open])
  const search = (event: FormEvent) => {
    event.preventDefault()
    change({ words: typed.trim() }, { push: true })
  }
  return (
    <>
      <form className={styles.search} onSubmit={search}>
        <SearchBox
          aria-label={t('words')}
          placeholder={t('words')}
          title={t('wordsHint')}
          value={typed}
          onChange={(_, { value }) => {
            setTyped(value)
            if (value === '' && state.words !== '') change({ words: '' })
          }}
        />
      </form>
      <div className={styles.anchor} ref={anchor}>
        <Button icon={<FilterRegular />} aria-expanded={open} onClick={() => setOpen(present => !present)}>
          {t('filter')}
        </Button>
        {open && (
          <div className={styles.surface}>
            <FilterForm
              state={state}
              onApply={filter => {
                setOpen(false)
                anchor.current?.querySelector('button')?.focus()
                change(filter, { push: true })
              }}
            />
          </div>
        )}
      </div>
      <FilterChips chips={useChips(state, change)} onClear={() => change(NONE)} />
    </>
  )
}

function FilterForm({
  state,
  onApply,
}: {
  readonly state: ReaderState
  readonly onApply: (filter: Partial<ReaderState>) => void
}) {
  const t = useTexts(mailboxTexts)
  const [filter, setFilter] = useState({
    kinds: state.kinds === '' ? [] : state.kinds.split(','),
    direction: state.direction,
    from: state.from,
    to: state.to,
    attachments: state.attachments === 'true',
    participant: state.participant,
  })
  const set = (change: Partial<typeof filter>) => setFilter(present => ({ ...present, ...change }))
  const apply = (event: FormEvent) => {
    event.preventDefault()
    onApply({
      ...filter,
      kinds: KINDS.filter(kind => filter.kinds.includes(kind)).join(','),
      attachments: filter.attachments ? 'true' : '',
      participant: filter.participant.trim(),
    })
  }
  return (
    <form className={styles.form} aria-label={t('filter')} onSubmit={apply}>
      <Field label={t('participant')} hint={t('participantHint')}>
        <Input value={filter.participant} onChange={(_, { value }) => set({ participant: value })} />
      </Field>
      <fieldset className={styles.kinds}>
        <legend>{t('kinds')}</legend>
        {KINDS.map(kind => (
          <Checkbox
            key={kind}
            label={t(`kind_${kind}`)}
            checked={filter.kinds.includes(kind)}
            onChange={(_, { checked }) =>
              set({
                kinds: checked ? [...filter.kinds, kind] : filter.kinds.filter(each => each !== kind),
              })
            }
          />
        ))}
      </fieldset>
      <Field label={t('direction')}>
        <RadioGroup
          layout="horizontal"
          value={filter.direction}
          onChange={(_, { value }) => set({ direction: value })}
        >
          <Radio value="" label={t('either')} />
          <Radio value="in" label={t('in')} />
          <Radio value="out" label={t('out')} />
        </RadioGroup>
      </Field>
      <div className={styles.dates}>
        <Field label={t('sentFrom')}>
          <Input type="date" value={filter.from} onChange={(_, { value }) => set({ from: value })} />
        </Field>
        <Field label={t('sentTo')}>
          <Input type="date" value={filter.to} onChange={(_, { value }) => set({ to: value })} />
        </Field>
      </div>
      <Checkbox
        label={t('withAttachments')}
        checked={filter.attachments}
        onChange={(_, { checked }) => set({ attachments: checked === true })}
      />
      <Button type="submit" appearance="primary">
        {t('apply')}
      </Button>
    </form>
  )
}

function useChips(state: ReaderState, change: ChangeReader): Chip[] {
  const t = useTexts(mailboxTexts)
  const chips: Chip[] = []
  const add = (key: keyof typeof NONE, text: string) => {
    if (state[key] !== '') chips.push({ key, text, remove: () => change({ [key]: '' }) })
  }
  const kinds = KINDS.filter(kind => state.kinds.split(',').includes(kind)).map(kind => t(`kind_${kind}`))
  add('words', t('chipWords', { value: state.words }))
  add('participant', t('chipParticipant', { value: state.participant }))
  add('kinds', t('chipKinds', { value: kinds.join(', ') }))
  add('direction', t('chipDirection', { value: state.direction === 'in' ? t('in') : t('out') }))
  add('from', t('chipFrom', { value: state.from }))
  add('to', t('chipTo', { value: state.to }))
  add('attachments', t('chipAttachments'))
  return chips
}
