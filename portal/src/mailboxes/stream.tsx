/** A conversation as it was held, by day. It opens at its end; what is earlier or later is read when it is asked for. */
import { Button, Input } from '@fluentui/react-components'
import { ArrowDownRegular } from '@fluentui/react-icons/svg/arrow-down'
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useLayoutEffect, useMemo, useRef } from 'react'
import { client, type StreamEntry } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { Days } from './days.tsx'
import { messageTexts } from './message-texts.ts'
import { type ChangeReader, dayStart, type ReaderState } from './reader-state.ts'
import styles from './stream.module.css'
import { mailboxTexts } from './texts.ts'
import { distinct, Names, namesText } from './who.tsx'

type Props = {
  readonly address: string
  readonly folder: string | undefined
  readonly state: ReaderState
  readonly change: ChangeReader
  readonly addressOf: (change: Partial<ReaderState>) => string
}

type Place = {
  readonly before?: string
  readonly after?: string
  readonly around?: string
  readonly at?: string
}

export function Stream(props: Props) {
  const t = useTexts(mailboxTexts)
  const { state } = props
  if (state.conversation === '')
    return (
      <div className={styles.nothing}>
        <EmptyState icon={<ChatMultipleRegular />} title={t('chooseConversation')} headingLevel={2}>
          {t('chooseText')}
        </EmptyState>
      </div>
    )
  return <Conversation key={`${state.conversation} ${state.around} ${state.at}`} {...props} />
}

function Conversation({ address, folder, state, change }: Props) {
  const m = useTexts(messageTexts)
  const { conversation, around, at } = state
  const first: Place = around !== '' ? { around } : at !== '' ? { at: dayStart(at, 0) ?? '' } : {}
  const query = useInfiniteQuery({
    queryKey: ['conversation', address, folder, conversation, around, at],
    queryFn: ({ pageParam, signal }) =>
      client.readConversation({ address, folder, conversation, ...pageParam, limit: 60, signal }),
    initialPageParam: first,
    getPreviousPageParam: page => (page.older === null ? undefined : { before: page.older }),
    getNextPageParam: page => (page.newer === null ? undefined : { after: page.newer }),
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  const entries = useMemo(() => query.data?.pages.flatMap(page => page.rows) ?? [], [query.data])
  const scroll = useScroll(entries, around)
  if (query.error instanceof Problem)
    return (
      <div className={styles.place}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  if (query.data === undefined)
    return (
      <div className={styles.place} aria-busy>
        <SkeletonBlock height="60px" width="55%" />
        <SkeletonBlock height="60px" width="45%" />
        <SkeletonBlock height="60px" width="60%" />
      </div>
    )
  const goTo = (itemId: string) => {
    const there = document.getElementById(`message-${itemId}`)
    if (there) {
      there.scrollIntoView({ block: 'center' })
      there.focus({ preventScroll: true })
    } else change({ around: itemId, at: '' }, { push: true })
  }
  return (
    <>
      <Head entries={entries} state={state} change={change} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section ref={scroll} className={styles.stream} tabIndex={0} aria-label={m('conversation')}>
        {query.hasPreviousPage ? (
          <Button
            className={styles.more!}
            size="small"
            icon={<ArrowUpRegular />}
            disabledFocusable={query.isFetchingPreviousPage}
            onClick={() => void query.fetchPreviousPage()}
          >
            {m('earlier')}
          </Button>
        ) : (
          <p className={styles.event}>{m('beginning')}</p>
        )}
        <Days
          entries={entries}
          marked={around}
          goTo={goTo}
          onCustody={itemId => change({ panel: itemId }, { push: true })}
          onWhy={itemId => change({ why: itemId }, { push: true })}
          onOpen={itemId =>
            change(
              { view: '', item: itemId, conversation: '', around: '', at: '', after: '', before: '' },
              { push: true },
            )
          }
        />
        {query.hasNextPage && (
          <Button
            className={styles.more!}
            size="small"
            icon={<ArrowDownRegular />}
            disabledFocusable={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {m('later')}
          </Button>
        )}
      </section>
    </>
  )
}

/** At first the end, or the message that was asked for; when earlier ones come, what was seen stays where it was. */
function useScroll(entries: readonly StreamEntry[], around: string) {
  const place = useRef<HTMLElement>(null)
  const before = useRef<{ first: string; height: number } | null>(null)
  useLayoutEffect(() => {
    const element = place.current
    const first = entries[0]?.itemId
    if (element === null || first === undefined) return
    // In a narrow window the page itself scrolls.
    const isOwn = getComputedStyle(element).overflowY !== 'visible'
    const scroller = isOwn ? element : (document.scrollingElement ?? element)
    const known = before.current
    if (known === null) {
      const wanted = around === '' ? null : document.getElementById(`message-${around}`)
      if (wanted) wanted.scrollIntoView({ block: 'center' })
      else scroller.scrollTop = scroller.scrollHeight
    } else if (known.first !== first) scroller.scrollTop += scroller.scrollHeight - known.height
    before.current = { first, height: scroller.scrollHeight }
  }, [entries, around])
  return place
}

function Head({
  entries,
  state,
  change,
}: {
  readonly entries: readonly StreamEntry[]
  readonly state: ReaderState
  readonly change: ChangeReader
}) {
  const t = useTexts(mailboxTexts)
  const m = useTexts(messageTexts)
  const last = entries.at(-1)
  const people = distinct(entries.flatMap(entry => entry.parties)).filter(party => !party.isOwner)
  return (
    <header className={styles.head}>
      <div className={styles.with}>
        <h2>{last?.groupName ?? <Names parties={people} />}</h2>
        {last?.groupName != null && <p>{m('with', { names: namesText(people, t, 8) })}</p>}
      </div>
      <Input
        type="date"
        size="small"
        aria-label={m('goToDate')}
        title={m('goToDate')}
        value={state.at}
        onChange={(_, { value }) => change({ at: value, around: '' })}
      />
    </header>
  )
}
