/** The conversations of a folder: with whom, how many messages, and the last of them. */
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { Link } from 'react-router'
import { type Conversation, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import styles from './list.module.css'
import { ListSkeleton } from './list-skeleton.tsx'
import { Pager } from './message-list.tsx'
import { LineText } from './message-row.tsx'
import { type ReaderState, useReaderState } from './reader-state.ts'
import { ShortTime } from './short-time.tsx'
import { mailboxTexts } from './texts.ts'
import { useWalk } from './use-walk.ts'
import { distinct, Names } from './who.tsx'

type Props = {
  readonly address: string
  readonly folder: string | undefined
  readonly state: ReaderState
  readonly addressOf: (change: Partial<ReaderState>) => string
}

export function ConversationList({ address, folder, state, addressOf }: Props) {
  const t = useTexts(mailboxTexts)
  const [, change] = useReaderState()
  const list = useRef<HTMLUListElement>(null)
  useWalk(list)
  const query = useQuery({
    queryKey: ['conversations', address, folder, state.after],
    queryFn: ({ signal }) =>
      client.listConversations({ address, folder, after: state.after || undefined, limit: 50, signal }),
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  if (query.error instanceof Problem)
    return (
      <div className={styles.place}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  const page = query.data
  if (page === undefined) return <ListSkeleton />
  if (page.rows.length === 0)
    return (
      <div className={styles.place}>
        <EmptyState icon={<ChatMultipleRegular />} title={t('folderEmpty')} headingLevel={2}>
          {t('folderEmptyText')}
        </EmptyState>
      </div>
    )
  return (
    <>
      <ul
        ref={list}
        className={styles.rows}
        aria-label={t('conversationsOf')}
        aria-busy={query.isPlaceholderData}
      >
        {page.rows.map(row => (
          <li key={row.conversation}>
            <ConversationRow
              row={row}
              to={addressOf({ conversation: row.conversation, around: '', at: '' })}
              isCurrent={row.conversation === state.conversation}
            />
          </li>
        ))}
      </ul>
      <Pager
        newer={state.after === '' ? null : () => change({ after: '' }, { push: true })}
        older={page.next === null ? null : () => change({ after: page.next! }, { push: true })}
      />
    </>
  )
}

/** The others of a conversation, as far as its last message names them. */
export function othersOf(line: Conversation['last']) {
  const others = distinct(line.parties).filter(party => !party.isOwner)
  return others.length > 0 ? others : distinct(line.parties)
}

function ConversationRow({
  row,
  to,
  isCurrent,
}: {
  readonly row: Conversation
  readonly to: string
  readonly isCurrent: boolean
}) {
  const t = useTexts(mailboxTexts)
  const { last } = row
  return (
    <Link
      to={to}
      className={styles.row}
      data-row-link
      preventScrollReset
      aria-current={isCurrent ? 'true' : undefined}
    >
      <span className={styles.first}>
        <span className={styles.who}>
          {last.groupName !== null && <PeopleRegular className={styles.small!} aria-hidden />}
          {last.groupName ?? <Names parties={othersOf(last)} />}
        </span>
        <ShortTime at={last.sentAt ?? last.arrivedAt} />
      </span>
      <span className={styles.second}>
        <LineText line={last} />
        <span className={styles.count} title={t('count', { count: row.count })}>
          <Count value={row.count} />
        </span>
      </span>
    </Link>
  )
}
