/** The messages of a folder, newest first, a page at a time. */
import { Button } from '@fluentui/react-components'
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left'
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right'
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef } from 'react'
import { Link } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import styles from './list.module.css'
import { ListSkeleton } from './list-skeleton.tsx'
import { MessageRow } from './message-row.tsx'
import { type ChangeReader, filtersOf, type ReaderState } from './reader-state.ts'
import { mailboxTexts } from './texts.ts'
import { useWalk } from './use-walk.ts'

type Props = {
  readonly address: string
  readonly folder: string | undefined
  readonly state: ReaderState
  readonly change: ChangeReader
  readonly addressOf: (change: Partial<ReaderState>) => string
  /** Messages of the folder that are in the in-place archive. */
  readonly archived: number
}

const ROWS = 50

export function MessageList({ address, folder, state, change, addressOf, archived }: Props) {
  const t = useTexts(mailboxTexts)
  const list = useRef<HTMLUListElement>(null)
  useWalk(list)
  const filters = filtersOf(state)
  const { after, before } = state
  const query = useQuery({
    queryKey: ['messages', address, folder, filters, after, before],
    queryFn: ({ signal }) => readPage(address, folder, filters, { after, before }, signal),
    placeholderData: keepPreviousData,
    // Every page that is read is recorded: going back to one does not read it again at once.
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
  const more =
    filters.archive || archived === 0 ? null : (
      <Link to={addressOf({ archive: 'true', item: '', show: '', after: '', before: '' })}>
        {t('goToArchive', { count: archived })}
      </Link>
    )
  if (page.rows.length === 0) return <Nothing isFiltered={isFiltered(state)} more={more} />
  return (
    <>
      <ul ref={list} className={styles.rows} aria-label={t('listOf')} aria-busy={query.isPlaceholderData}>
        {page.rows.map(line => (
          <li key={line.itemId}>
            <MessageRow
              line={line}
              to={addressOf({ item: line.itemId, show: '' })}
              isCurrent={line.itemId === state.item}
            />
          </li>
        ))}
      </ul>
      {page.older === null && more !== null && <p className={styles.end}>{more}</p>}
      <Pager
        newer={page.newer === null ? null : () => change({ before: page.newer!, after: '' }, { push: true })}
        older={page.older === null ? null : () => change({ after: page.older!, before: '' }, { push: true })}
      />
    </>
  )
}

function readPage(
  address: string,
  folder: string | undefined,
  { kinds, attachments, archive, words, participant, ...times }: ReturnType<typeof filtersOf>,
  { after, before }: { readonly after: string; readonly before: string },
  signal: AbortSignal,
) {
  const place = { after: after || undefined, before: before || undefined, limit: ROWS }
  if (words === '' && participant === '')
    return client.readFolder({
      address,
      folder,
      ...times,
      ...place,
      kinds: kinds.join(',') || undefined,
      attachments: attachments ? 'true' : undefined,
      archive: archive ? 'true' : 'false',
      signal,
    })
  return client.searchFolder({
    address,
    body: {
      ...(folder === undefined ? {} : { folder }),
      ...(times.direction === undefined ? {} : { direction: times.direction }),
      ...(times.from === undefined ? {} : { from: times.from }),
      ...(times.to === undefined ? {} : { to: times.to }),
      ...(place.after === undefined ? {} : { after: place.after }),
      ...(place.before === undefined ? {} : { before: place.before }),
      ...(kinds.length === 0 ? {} : { kinds }),
      ...(attachments ? { attachments } : {}),
      archive,
      ...(words === '' ? {} : { words }),
      ...(participant === '' ? {} : { participant }),
      limit: ROWS,
    },
    signal,
  })
}

function isFiltered(state: ReaderState): boolean {
  const { kinds, direction, from, to, attachments, words, participant } = state
  return [kinds, direction, from, to, attachments, words, participant].some(value => value !== '')
}

function Nothing({ isFiltered, more }: { readonly isFiltered: boolean; readonly more: ReactNode }) {
  const t = useTexts(mailboxTexts)
  return (
    <div className={styles.place}>
      <EmptyState
        icon={<MailInboxRegular />}
        title={isFiltered ? t('nothingFits') : t(more === null ? 'folderEmpty' : 'allArchived')}
        headingLevel={2}
        {...(more === null ? {} : { action: more })}
      >
        {isFiltered ? t('nothingFitsText') : t(more === null ? 'folderEmptyText' : 'allArchivedText')}
      </EmptyState>
    </div>
  )
}

/** To the newer and to the older side; null where there is nothing more. */
export function Pager({
  newer,
  older,
}: {
  readonly newer: (() => void) | null
  readonly older: (() => void) | null
}) {
  const t = useTexts(mailboxTexts)
  if (newer === null && older === null) return null
  return (
    <div className={styles.pager}>
      <Button
        size="small"
        appearance="subtle"
        icon={<ChevronLeftRegular />}
        disabledFocusable={newer === null}
        onClick={() => newer?.()}
      >
        {t('newer')}
      </Button>
      <Button
        size="small"
        appearance="subtle"
        icon={<ChevronRightRegular />}
        iconPosition="after"
        disabledFocusable={older === null}
        onClick={() => older?.()}
      >
        {t('older')}
      </Button>
    </div>
  )
}
