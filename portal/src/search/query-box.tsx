/**
 * The box that a query is written in: completion of properties and values, and what is wrong with it underlined at
 * its place with a sentence below. A textarea over a mirror of the same letters; the archive's parser is asked.
 */
import { InfoRegular } from '@fluentui/react-icons/svg/info'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { QueryCheck, QueryProperty } from '../client/client.ts'
import { announce } from '../parts/announce.tsx'
import { useTexts } from '../parts/language.ts'
import { conditionTexts } from './condition-texts.ts'
import styles from './query-box.module.css'
import { useQueryCheck } from './query-check.ts'
import { type Completion, complete, completionAt } from './query-completion.ts'
import { QueryHelp } from './query-help.tsx'
import { painted } from './query-paint.ts'
import { propertyNamed, type Suggestion, useProperties, useSuggestions } from './query-suggestions.ts'
import { queryTexts } from './query-texts.ts'

type Props = {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Enter was pressed. */
  readonly onRun: () => void
  readonly disabled?: boolean
  /** Over the box; *Query* if left out. */
  readonly label?: string
}

type Caret = { readonly at: number; readonly all: boolean }

export function QueryBox({ value, onChange, onRun, disabled = false, label }: Props) {
  const t = useTexts(queryTexts)
  const c = useTexts(conditionTexts)
  const id = useId()
  const input = useRef<HTMLTextAreaElement>(null)
  const check = useQueryCheck(value)
  const { properties } = useProperties()
  /** Where the caret is while something may be offered; null while nothing is. */
  const [caret, setCaret] = useState<Caret | null>(null)
  const [active, setActive] = useState(-1)
  const next = useRef<number | null>(null)
  const completion = useMemo(() => (caret === null ? null : completionAt(value, caret.at)), [value, caret])
  const meaningOf = (property: QueryProperty) => c(`property_${property.name as 'from'}`)
  const suggestions = useSuggestions(completion, caret?.all ?? false, meaningOf)
  const open = suggestions.length > 0
  const wrong = check?.ok === false ? check : null
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins without a choice
  useEffect(() => setActive(-1), [completion?.start, completion?.beginning])
  useEffect(() => {
    if (open) announce(t('suggestions_heard', { count: suggestions.length }))
  }, [open, suggestions.length, t])
  useLayoutEffect(() => {
    if (next.current === null) return
    input.current?.setSelectionRange(next.current, next.current)
    next.current = null
  })
  const choose = (suggestion: Suggestion) => {
    if (completion === null) return
    const done = complete(value, completion, suggestion.value)
    next.current = done.caret
    setCaret(completion.property === null ? { at: done.caret, all: false } : null)
    onChange(done.text)
    input.current?.focus()
  }
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    const { key, currentTarget } = event
    const chosen = suggestions[active]
    if (open && (key === 'ArrowDown' || key === 'ArrowUp')) {
      const step = key === 'ArrowDown' ? 1 : -1
      setActive(
        present =>
          (present + step + suggestions.length + (present < 0 && step < 0 ? 1 : 0)) % suggestions.length,
      )
    } else if (open && chosen !== undefined && (key === 'Enter' || key === 'Tab')) choose(chosen)
    else if (open && key === 'Escape') setCaret(null)
    else if (key === ' ' && event.ctrlKey) setCaret({ at: currentTarget.selectionStart, all: true })
    else if (key === 'Enter' && !event.shiftKey) {
      setCaret(null)
      onRun()
    } else {
      // The list is gone before the focus moves on, so that it never goes there.
      if (open && key === 'Tab') flushSync(() => setCaret(null))
      if (/^(Arrow|Home|End|Page)/.test(key)) setCaret(null)
      return
    }
    event.preventDefault()
  }
  const option = (index: number) => `${id}-option-${index}`
  return (
    <div className={styles.box}>
      <label className={styles.label} htmlFor={`${id}-input`}>
        {label ?? t('label')}
      </label>
      <div className={styles.editor} data-wrong={wrong !== null} data-disabled={disabled}>
        <Mirror
          value={value}
          wrong={wrong}
          properties={properties}
          place={completion}
          placeId={`${id}-place`}
        />
        <textarea
          ref={input}
          id={`${id}-input`}
          className={styles.input}
          value={value}
          rows={1}
          disabled={disabled}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          placeholder={t('placeholder')}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={open ? `${id}-list` : undefined}
          aria-activedescendant={open && active >= 0 ? option(active) : undefined}
          aria-invalid={wrong !== null}
          aria-describedby={`${id}-said ${id}-keys`}
          onChange={event => {
            onChange(event.target.value)
            setCaret({ at: event.target.selectionStart, all: false })
          }}
          onKeyDown={press}
          onPointerDown={() => setCaret(null)}
          onBlur={() => setCaret(null)}
        />
        <QueryHelp />
      </div>
      {open && (
        <SuggestionList
          id={`${id}-list`}
          placeId={`${id}-place`}
          suggestions={suggestions}
          active={active}
          optionId={option}
          onChoose={choose}
        />
      )}
      <div className={styles.foot}>
        <Said id={`${id}-said`} check={check} />
        <span id={`${id}-keys`}>{t('keys')}</span>
      </div>
    </div>
  )
}

/** The letters that are seen; the textarea's own are transparent, so that neither can stand beside the other. */
function Mirror({
  value,
  wrong,
  properties,
  place,
  placeId,
}: {
  readonly value: string
  readonly wrong: { readonly at: number; readonly length: number } | null
  readonly properties: readonly QueryProperty[]
  readonly place: Completion | null
  readonly placeId: string
}) {
  const pieces = painted(value, wrong, name => propertyNamed(properties, name) !== null)
  const at = place?.start ?? -1
  return (
    <div className={styles.mirror} aria-hidden>
      {pieces.map(({ text, start, paint, wrong: isWrong }) => {
        const inside = at >= start && at < start + text.length
        const className = [paint === 'plain' ? '' : styles[paint], isWrong ? styles.wrong : ''].join(' ')
        return (
          <span key={start} className={className}>
            {inside ? text.slice(0, at - start) : text}
            {inside && <span id={placeId} />}
            {inside && text.slice(at - start)}
          </span>
        )
      })}
      {at >= value.length && <span id={placeId} />}
      {/* A last line without a letter is there all the same. */}
      {'\u200B'}
    </div>
  )
}

function SuggestionList({
  id,
  placeId,
  suggestions,
  active,
  optionId,
  onChoose,
}: {
  readonly id: string
  readonly placeId: string
  readonly suggestions: readonly Suggestion[]
  readonly active: number
  readonly optionId: (index: number) => string
  readonly onChoose: (suggestion: Suggestion) => void
}) {
  const t = useTexts(queryTexts)
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const place = document.getElementById(placeId)
    const [box, shown] = [list.current?.parentElement, list.current]
    if (!place || !box || !shown) return
    const [from, frame] = [place.getBoundingClientRect(), box.getBoundingClientRect()]
    shown.style.insetBlockStart = `${from.bottom - frame.top + 2}px`
    shown.style.insetInlineStart = `${Math.max(0, Math.min(from.left - frame.left, frame.width - shown.offsetWidth))}px`
  })
  useEffect(() => {
    if (active >= 0) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' })
  }, [active, optionId])
  return (
    <div
      ref={list}
      id={id}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label={t('suggestions')}
      onPointerDown={event => event.preventDefault()}
    >
      {suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the textarea's, which keeps the focus
        <div
          key={suggestion.value}
          id={optionId(index)}
          className={styles.option}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onClick={() => onChoose(suggestion)}
        >
          <span className={styles.value}>{suggestion.value}</span>
          {suggestion.text !== '' && <span className={styles.meaning}>{suggestion.text}</span>}
        </div>
      ))}
    </div>
  )
}

/** What is wrong, or what is worth knowing of a query that is right. */
function Said({ id, check }: { readonly id: string; readonly check: QueryCheck | null }) {
  const t = useTexts(queryTexts)
  // Each reason has its own places; the archive gives the values that its sentence has.
  const say = t as unknown as (key: string, values: Readonly<Record<string, string | number>>) => string
  return (
    <div id={id} className={styles.said} data-wrong={check?.ok === false} aria-live="polite">
      {check?.ok === false && (
        <span>{t('at', { at: check.at + 1, what: say(`mistake_${check.reason}`, check.values) })}</span>
      )}
      {check?.ok === true && <span>{t('checked', { count: check.terms })}</span>}
      {check?.ok === true &&
        check.notes.map(note => (
          <span key={`${note.reason} ${note.at}`} className={styles.note}>
            <InfoRegular aria-hidden />
            <span>{say(`note_${note.reason}`, note.values)}</span>
          </span>
        ))}
    </div>
  )
}
