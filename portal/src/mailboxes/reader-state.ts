/**
 * What the reader shows, all of it in the address: view, selection, filters, page. Words and names that are searched
 * for stand in the fragment, which stays in the browser.
 */
import { useCallback, useMemo } from 'react'
import { useLocation, useNavigate } from 'react-router'

const DEFAULTS = {
  view: 'messages',
  item: '',
  conversation: '',
  around: '',
  at: '',
  show: 'message',
  panel: '',
  why: '',
  kinds: '',
  direction: '',
  from: '',
  to: '',
  attachments: '',
  /** What of the mailbox is shown: '' is the mailbox itself, `true` its in-place archive. */
  archive: '',
  after: '',
  before: '',
} as const
const HIDDEN = { words: '', participant: '' } as const

export type ReaderState = Readonly<Record<keyof typeof DEFAULTS | keyof typeof HIDDEN, string>>
export type ChangeReader = (change: Partial<ReaderState>, how?: { readonly push?: boolean }) => void

/** Which changes begin the list anew. */
const FILTERS = ['kinds', 'direction', 'from', 'to', 'attachments', 'words', 'participant'] as const

export function useReaderState(): [ReaderState, ChangeReader, (change: Partial<ReaderState>) => string] {
  const { pathname, search, hash } = useLocation()
  const navigate = useNavigate()
  const state = useMemo(() => stateOf(search, hash), [search, hash])
  const addressOf = useCallback(
    (change: Partial<ReaderState>) => `${pathname}${partsOf({ ...state, ...restart(change), ...change })}`,
    [pathname, state],
  )
  const change = useCallback<ChangeReader>(
    (changes, { push = false } = {}) =>
      void navigate(addressOf(changes), { replace: !push, preventScrollReset: true }),
    [addressOf, navigate],
  )
  return [state, change, addressOf]
}

function stateOf(search: string, hash: string): ReaderState {
  const params = new URLSearchParams(search)
  const hidden = new URLSearchParams(hash.slice(1))
  const read = (from: URLSearchParams, defaults: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, from.get(name) ?? value]))
  return { ...read(params, DEFAULTS), ...read(hidden, HIDDEN) } as ReaderState
}

/** Search and fragment of an address that shows this. */
export function partsOf(state: Partial<ReaderState>): string {
  const write = (defaults: Readonly<Record<string, string>>) => {
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries(defaults)) {
      const given = state[name as keyof ReaderState] || value
      if (given !== value) params.set(name, given)
    }
    return params
  }
  const [search, hidden] = [write(DEFAULTS), write(HIDDEN)]
  return `${search.size > 0 ? `?${search}` : ''}${hidden.size > 0 ? `#${hidden}` : ''}`
}

function restart(change: Partial<ReaderState>): Partial<ReaderState> {
  return FILTERS.some(name => name in change) ? { after: '', before: '' } : {}
}

/** The filters of the list as the API takes them. A day is the person's own, from its first to its last moment. */
export function filtersOf(state: ReaderState) {
  const kinds = state.kinds === '' ? [] : state.kinds.split(',')
  return {
    kinds: kinds as ('sms' | 'mms' | 'chat' | 'voice-call' | 'video-call' | 'call-log' | 'event')[],
    direction: state.direction === 'in' || state.direction === 'out' ? state.direction : undefined,
    from: dayStart(state.from, 0),
    to: dayStart(state.to, 1),
    attachments: state.attachments === 'true',
    archive: state.archive === 'true',
    words: state.words,
    participant: state.participant,
  } as const
}

/** The first moment of a day in the person's zone, so many days on; undefined for what is no date. */
export function dayStart(date: string, days: number): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date)
  if (!match) return undefined
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + days).toISOString()
}
