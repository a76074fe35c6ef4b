/** One request: what was erased, what is kept and why, the report for the person; changing and withdrawing it. */
import { Button } from '@fluentui/react-components'
import { ArrowUndoRegular } from '@fluentui/react-icons/svg/arrow-undo'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { client, type ErasureDetail } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { ChangeDialog, WithdrawDialog } from './act-dialogs.tsx'
import styles from './erasure.module.css'
import { ErasureState, identityText, nameOf } from './erasure-state.tsx'
import { PersonReport } from './person-report.tsx'
import { Refused } from './refused.tsx'
import { erasureTexts } from './texts.ts'

const EVERY_MS = 2_000

export function ErasurePage() {
  const { requestId = '' } = useParams()
  const t = useTexts(erasureTexts)
  const query = useQuery({
    queryKey: ['erasure', 'one', requestId],
    queryFn: ({ signal }) => client.showErasureRequest({ requestId: Number(requestId), signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'working' ? EVERY_MS : false),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Page title={t('gone')} crumbs={[{ text: t('title'), to: '/erasure' }]}>
      {query.error.code === 'ERASURE_UNKNOWN' || query.error.code === 'REQUEST_INVALID' ? (
        <EmptyState action={<Link to="/erasure">{t('seeAll')}</Link>}>{t('goneText')}</EmptyState>
      ) : (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
    </Page>
  )
}

function Shown({ of }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  const [acting, setActing] = useState<'change' | 'withdraw' | null>(null)
  const isOpen = of.state !== 'complete' && of.state !== 'withdrawn'
  return (
    <Page
      title={t('numbered', { number: of.requestId })}
      crumbs={[{ text: t('title'), to: '/erasure' }]}
      mark={<ErasureState of={of} />}
      commands={
        isOpen ? (
          <>
            <Button appearance="subtle" icon={<EditRegular />} onClick={() => setActing('change')}>
              {t('change')}
            </Button>
            <Button appearance="subtle" icon={<ArrowUndoRegular />} onClick={() => setActing('withdraw')}>
              {t('withdraw')}
            </Button>
          </>
        ) : undefined
      }
    >
      {of.state === 'waiting' && <Notice title={t('waitingTitle')}>{t('waitingText')}</Notice>}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t('outcome')}>
            <Outcome of={of} />
          </Section>
          {of.refused.length > 0 && (
            <Section title={t('keptTitle')} flush>
              <Refused of={of} />
            </Section>
          )}
          <Section title={t('report')}>
            <PersonReport of={of} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={t('aboutIt')}>
            <About of={of} />
          </Section>
          {(of.disposals.length > 0 || of.exports.length > 0) && (
            <Section title={t('proofs')}>
              <Proofs of={of} />
            </Section>
          )}
        </div>
      </div>
      {acting === 'change' && <ChangeDialog of={of} onClose={() => setActing(null)} />}
      {acting === 'withdraw' && <WithdrawDialog of={of} onClose={() => setActing(null)} />}
    </Page>
  )
}

function Outcome({ of }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  const figures = [
    { name: t('erasedItems'), items: of.erasedItems, text: t('copiesLeft', { count: of.erasedCopies }) },
    {
      name: t('restrictedItems'),
      items: of.restrictedItems,
      text: t('copiesKept', { count: of.refusedCopies }),
    },
  ]
  return (
    <div className={styles.inside}>
      <dl className={styles.figures}>
        {figures.map(({ name, items, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Count value={items} />
              <span className={styles.second}>{text}</span>
            </dd>
          </div>
        ))}
      </dl>
      {of.goneCopies > 0 && <p className={styles.note}>{t('goneCopies', { count: of.goneCopies })}</p>}
      {of.state === 'working' && (
        <Progress
          stage={of.due > 0 ? t('lookingAt', { count: of.due }) : t('looking')}
          done={of.erasedItems + of.restrictedItems}
          total={of.due > 0 ? of.erasedItems + of.restrictedItems + of.due : null}
        />
      )}
      <p className={styles.note}>{t(`state-${of.state}-text`)}</p>
    </div>
  )
}

function About({ of }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  const [language] = useLanguage()
  return (
    <Facts
      of={[
        [
          t('about'),
          <span key="about" className={styles.stack}>
            {of.identities.map(each => (
              <span key={identityText(each, t, language)}>{identityText(each, t, language)}</span>
            ))}
          </span>,
        ],
        [t('basis'), t(`basis-${of.basis}`)],
        [
          t('reason'),
          <span key="reason" className={styles.said}>
            {of.reason}
          </span>,
        ],
        [t('reference'), of.reference === '' ? null : of.reference],
        [t('later'), t(of.includeLater ? 'laterErased' : 'laterNot')],
        [t('entered'), <When key="entered" at={of.requestedAt} by={of.requestedBy} />],
        [t('lookedAt'), of.lookedAt === null ? null : <Moment key="looked" at={of.lookedAt} />],
        [t('completed'), of.completedAt === null ? null : <Moment key="completed" at={of.completedAt} />],
        [
          t('withdrawn'),
          of.withdrawnAt === null ? null : (
            <When key="withdrawn" at={of.withdrawnAt} by={of.withdrawnBy ?? ''} />
          ),
        ],
      ]}
    />
  )
}

function When({ at, by }: { readonly at: string; readonly by: string }) {
  return (
    <span className={styles.stack}>
      <Moment at={at} />
      <span className={styles.second}>{nameOf(by)}</span>
    </span>
  )
}

/** The disposals that were made for it, each with a proof; and packages that are outside of what can be erased. */
function Proofs({ of }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  const mayOpen = useHoldsRole('Disposition Management')
  return (
    <div className={styles.inside}>
      {of.disposals.length > 0 && (
        <ul className={styles.list}>
          {of.disposals.map(each => (
            <li key={each.disposalId}>
              {mayOpen ? (
                <Link to={`/disposition/disposals/${each.disposalId}`}>
                  {t('disposal', { number: each.disposalId })}
                </Link>
              ) : (
                <span>{t('disposal', { number: each.disposalId })}</span>
              )}
              <span className={styles.second}>
                <Moment at={each.at} /> · {t('inCopies', { count: each.copies })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {of.exports.length > 0 && (
        <>
          <strong>{t('exports', { count: of.exports.length })}</strong>
          <p className={styles.note}>{t('exportsText')}</p>
          <ul className={styles.list}>
            {of.exports.map(each => (
              <li key={each}>
                <Link to={`/exports/${each}`}>{each}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
