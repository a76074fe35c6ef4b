/** One filing that waits for a review: what it is, who approved it, why it is due; the message itself; deciding. */
import { Button } from '@fluentui/react-components'
import { EyeRegular } from '@fluentui/react-icons/svg/eye'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation, useNavigate, useParams } from 'react-router'
import { client, type DispositionReview } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Explained } from '../mailboxes/explanation.tsx'
import { MessageContent } from '../mailboxes/message-content.tsx'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { actorName } from '../parts/actor.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { DecideDialog, type Deciding } from './decide-dialog.tsx'
import styles from './disposition.module.css'
import { useDisposition } from './disposition-tabs.tsx'
import { DECISIONS, kindOf, OPEN } from './review-list.tsx'
import { ReviewState, RuleSaid } from './review-state.tsx'
import { reviewTexts } from './review-texts.ts'

export function ReviewPanel() {
  const t = useTexts(reviewTexts)
  const m = useTexts(mailboxTexts)
  const navigate = useNavigate()
  const { search } = useLocation()
  const { mailboxId: place = '', itemId = '' } = useParams()
  const mailboxId = /^\d{1,9}$/.test(place) ? Number(place) : 0
  const [deciding, setDeciding] = useState<Deciding['act'] | null>(null)
  const status = useDisposition()
  const closeTo = `/disposition/reviews${search}`
  const query = useQuery({
    queryKey: ['disposition', 'review', mailboxId, itemId],
    queryFn: async ({ signal }) => {
      const body = { mailboxIds: [mailboxId], itemIds: [itemId], states: [...OPEN], limit: 1 }
      return (await client.listDispositionReviews({ body, signal })).rows[0] ?? null
    },
  })
  const of = query.data
  return (
    <SidePanel
      title={of ? kindOf(of, m, t) : t('message')}
      {...(of?.sentAt ? { subtitle: <Moment at={of.sentAt} kind="seconds" /> } : {})}
      closeTo={closeTo}
      wide
      {...(of
        ? {
            foot: DECISIONS.filter(({ act }) => act !== 'approve' || of.state !== 'approved').map(
              ({ act, Icon }) => (
                <Button
                  key={act}
                  appearance={act === 'approve' ? 'primary' : 'secondary'}
                  icon={<Icon />}
                  disabledFocusable={act === 'approve' && !of.mayApprove}
                  onClick={() => (act !== 'approve' || of.mayApprove) && setDeciding(act)}
                >
                  {t(act)}
                </Button>
              ),
            ),
          }
        : {})}
    >
      {query.error instanceof Problem && (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
      {of === undefined && query.error === null && <SkeletonBlock height="320px" />}
      {of === null && (
        <EmptyState title={t('notThere')} headingLevel={3}>
          {t('notThereText')}
        </EmptyState>
      )}
      {of && <Shown of={of} />}
      {of && deciding !== null && (
        <DecideDialog
          deciding={{ act: deciding, filings: [{ mailboxId: of.mailboxId, itemId: of.itemId }] }}
          twoPersons={status.data?.settings.twoPersons ?? false}
          onDone={() => void navigate(closeTo)}
          onClose={() => setDeciding(null)}
        />
      )}
    </SidePanel>
  )
}

function Shown({ of }: { readonly of: DispositionReview }) {
  const t = useTexts(reviewTexts)
  const w = useWords()
  return (
    <>
      {of.state === 'second' && !of.mayApprove && <Notice>{t('ownApproval')}</Notice>}
      <Facts
        of={[
          [t('state'), <ReviewState key="state" of={of} />],
          [w('mailbox'), `${of.displayName} (${of.address})`],
          [t('rule'), <RuleSaid key="rule" of={of.rule} />],
          [t('dueSince'), <Moment key="due" at={of.dueAt} />],
          [
            t('decisions'),
            of.decisions.length === 0 ? (
              t('noDecisions')
            ) : (
              <ul key="decisions" className={styles.list}>
                {of.decisions.map(({ by, at, act, comment }) => (
                  <li key={at} className={styles.stack}>
                    <span>
                      {t(`did-${act}`, { who: actorName(by) })}, <Moment at={at} />
                    </span>
                    <span className={styles.said}>{comment}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      <Preview of={of} />
      <section aria-label={t('why')}>
        <h3 className={styles.heading}>{t('why')}</h3>
        <Explained itemId={of.itemId} mailboxId={of.mailboxId} />
      </section>
    </>
  )
}

/** The message itself, for who may read it, once it is asked for: the opening is recorded. */
function Preview({ of: { itemId, address } }: { readonly of: DispositionReview }) {
  const t = useTexts(reviewTexts)
  const mayRead = useHoldsRole('Preview')
  const [wanted, setWanted] = useState(false)
  const query = useQuery({
    queryKey: ['message', address, itemId],
    queryFn: ({ signal }) => client.readMessage({ itemId, mailbox: address, signal }),
    enabled: mayRead && wanted,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  if (!mayRead) return null
  if (!wanted)
    return (
      <div className={styles.actions}>
        <Button icon={<EyeRegular />} onClick={() => setWanted(true)}>
          {t('show')}
        </Button>
        <span className={styles.second}>{t('showText')}</span>
      </div>
    )
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  const message = query.data
  if (message === undefined) return <SkeletonBlock height="80px" />
  return (
    <div className={styles.message}>
      <MessageContent message={message} />
      <p className={styles.second}>
        <Link to={`/mailboxes/${encodeURIComponent(address)}?item=${itemId}`}>{t('openMailbox')}</Link>
      </p>
    </div>
  )
}
