/** A hit in its conversation: what surrounds it, every hit marked, and the way to the hit before and after it. */
import { Button } from '@fluentui/react-components'
import { ArrowDownRegular } from '@fluentui/react-icons/svg/arrow-down'
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up'
import { EyeRegular } from '@fluentui/react-icons/svg/eye'
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass'
import { OpenRegular } from '@fluentui/react-icons/svg/open'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Days } from '../mailboxes/days.tsx'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { distinct, namesText } from '../mailboxes/who.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { bodyOf, type Draft } from './draft.ts'
import { useItemLink } from './results.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

const AROUND = 30

type Place = { readonly before?: string; readonly after?: string; readonly address?: string }

export function HitPanel({ asked, itemId }: { readonly asked: Draft; readonly itemId: string }) {
  const t = useTexts(searchTexts)
  const m = useTexts(mailboxTexts)
  const navigate = useNavigate()
  const { search } = useLocation()
  const linkOf = useItemLink()
  const query = useInfiniteQuery({
    queryKey: ['hit-conversation', asked, itemId],
    queryFn: ({ pageParam, signal }: { pageParam: Place; signal: AbortSignal }) =>
      client.readHitConversation({ itemId, body: { ...bodyOf(asked), ...pageParam, limit: AROUND }, signal }),
    initialPageParam: {} as Place,
    getPreviousPageParam: ({ older, address }) => (older === null ? undefined : { before: older, address }),
    getNextPageParam: ({ newer, address }) => (newer === null ? undefined : { after: newer, address }),
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  const pages = query.data?.pages
  const entries = useMemo(() => pages?.flatMap(page => page.rows) ?? [], [pages])
  const marks = useMemo(
    () => new Map(pages?.flatMap(page => page.marks.map(each => [each.itemId, each.text] as const))),
    [pages],
  )
  const list = useShown(itemId, entries.length > 0)
  const first = pages?.[0]
  const hits = entries.map(entry => entry.itemId).filter(each => marks.has(each))
  const earlier = hits.findLast(each => each < itemId) ?? first?.earlierHit ?? null
  const later = hits.find(each => each > itemId) ?? pages?.at(-1)?.laterHit ?? null
  const group = entries.findLast(entry => entry.groupName !== null)?.groupName ?? null
  const people = distinct(entries.flatMap(entry => entry.parties))
  const mailbox = `/mailboxes/${encodeURIComponent(first?.address ?? '')}`
  const go = (to: string) => void navigate(to, { preventScrollReset: true })
  const without = () => {
    const params = new URLSearchParams(search)
    params.delete('item')
    return `?${params}`
  }
  return (
    <SidePanel
      title={group ?? (entries.length === 0 ? t('conversation') : namesText(people, m, 3))}
      subtitle={
        first === undefined ? undefined : (
          <span className={styles.recorded}>
            {t('hitsInConversation', { count: first.hits })} · <EyeRegular aria-hidden /> {t('recorded')}
          </span>
        )
      }
      closeTo={without()}
      wide
      foot={
        <>
          <Button
            icon={<ArrowUpRegular />}
            disabledFocusable={earlier === null}
            onClick={() => earlier !== null && go(linkOf(earlier))}
          >
            {t('earlierHit')}
          </Button>
          <Button
            icon={<ArrowDownRegular />}
            disabledFocusable={later === null}
            onClick={() => later !== null && go(linkOf(later))}
          >
            {t('laterHit')}
          </Button>
          {first !== undefined && (
            <>
              <Button
                appearance="subtle"
                icon={<OpenRegular />}
                onClick={() => void navigate(`${mailbox}?item=${itemId}`)}
              >
                {t('openInMailbox')}
              </Button>
              <Button
                appearance="subtle"
                icon={<HourglassRegular />}
                onClick={() => void navigate(`${mailbox}?item=${itemId}&why=${itemId}`)}
              >
                {t('whyKept')}
              </Button>
            </>
          )}
        </>
      }
    >
      {query.error instanceof Problem && (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
      {pages === undefined && query.error === null && (
        <div className={styles.stack} aria-busy>
          <SkeletonBlock height="56px" width="60%" />
          <SkeletonBlock height="56px" width="45%" />
          <SkeletonBlock height="56px" width="55%" />
        </div>
      )}
      {pages !== undefined && (
        <div ref={list} className={styles.stream}>
          {query.hasPreviousPage && (
            <Button
              size="small"
              icon={<ArrowUpRegular />}
              disabledFocusable={query.isFetchingPreviousPage}
              onClick={() => void query.fetchPreviousPage()}
            >
              {t('earlier')}
            </Button>
          )}
          <Days
            entries={entries}
            marked={itemId}
            marksOf={id => marks.get(id)}
            goTo={id => go(linkOf(id))}
            onCustody={id => void navigate(`${mailbox}?item=${id}&panel=${id}`)}
            onWhy={id => void navigate(`${mailbox}?item=${id}&why=${id}`)}
            onOpen={id => void navigate(`${mailbox}?item=${id}`)}
          />
          {query.hasNextPage && (
            <Button
              size="small"
              icon={<ArrowDownRegular />}
              disabledFocusable={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('later')}
            </Button>
          )}
        </div>
      )}
    </SidePanel>
  )
}

/** Brings the hit to the middle of the panel, once for each. */
function useShown(itemId: string, isThere: boolean) {
  const list = useRef<HTMLDivElement>(null)
  const shown = useRef('')
  useEffect(() => {
    if (!isThere || shown.current === itemId) return
    const message = list.current?.querySelector(`[id="message-${itemId}"]`)
    if (!message) return
    shown.current = itemId
    message.scrollIntoView({ block: 'center' })
  }, [itemId, isThere])
  return list
}
