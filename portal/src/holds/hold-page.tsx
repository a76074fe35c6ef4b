/** One hold: what it holds now, where, why, every act on it; changing, releasing, and ending its delay. */
import { Button } from '@fluentui/react-components'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { LockOpenRegular } from '@fluentui/react-icons/svg/lock-open'
import { TimerOffRegular } from '@fluentui/react-icons/svg/timer-off'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { client, type Hold } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { Ending } from './ending.tsx'
import { History } from './history.tsx'
import { HoldMailboxes } from './hold-mailboxes.tsx'
import { HoldState, nameOf } from './hold-state.tsx'
import styles from './holds.module.css'
import { Report } from './report.tsx'
import { holdTexts } from './texts.ts'

const EVERY_MS = 2_000

export function HoldPage() {
  const { holdId = '' } = useParams()
  const query = useQuery({
    queryKey: ['holds', 'one', holdId],
    queryFn: ({ signal }) => client.showHold({ holdId: Number(holdId), signal }),
    refetchInterval: ({ state }) => (state.data?.evaluating ? EVERY_MS : false),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return <HoldGone problem={query.error} onRetry={() => void query.refetch()} />
}

/** Where there is no such hold, or it cannot be had. */
export function HoldGone({ problem, onRetry }: { readonly problem: Problem; readonly onRetry: () => void }) {
  const t = useTexts(holdTexts)
  return (
    <Page title={t('gone')} crumbs={[{ text: t('title'), to: '/holds' }]}>
      {problem.code === 'HOLD_UNKNOWN' || problem.code === 'REQUEST_INVALID' ? (
        <EmptyState action={<Link to="/holds">{t('seeAll')}</Link>}>{t('goneText')}</EmptyState>
      ) : (
        <ProblemNote problem={problem} onRetry={onRetry} />
      )}
    </Page>
  )
}

function Shown({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  const [language] = useLanguage()
  const navigate = useNavigate()
  const [ending, setEnding] = useState<'release' | 'delay' | null>(null)
  return (
    <Page
      title={of.name}
      crumbs={[{ text: t('title'), to: '/holds' }]}
      mark={<HoldState of={of} />}
      commands={
        <>
          {of.state === 'active' && (
            <>
              <Button
                appearance="subtle"
                icon={<EditRegular />}
                onClick={() => void navigate(`/holds/${of.holdId}/change`)}
              >
                {t('change')}
              </Button>
              <Button appearance="subtle" icon={<LockOpenRegular />} onClick={() => setEnding('release')}>
                {t('release')}
              </Button>
            </>
          )}
          {of.delayUntil !== null && (
            <Button appearance="subtle" icon={<TimerOffRegular />} onClick={() => setEnding('delay')}>
              {t('endDelay')}
            </Button>
          )}
        </>
      }
    >
      {of.problem !== null && (
        <Notice kind="warning" title={t('troubled')}>
          {t('troubledText')}
        </Notice>
      )}
      {of.delayUntil !== null && (
        <Notice title={t(of.state === 'delayed' ? 'delayed' : 'partlyDelayed')}>
          {t('delayedText', { until: momentText(of.delayUntil, language) })}
        </Notice>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t('held')}>
            <Report of={of} />
          </Section>
          <Section title={t('query')}>
            {of.query === null ? (
              <p className={styles.note}>{t('everything')}</p>
            ) : (
              <pre className={styles.query}>{of.query}</pre>
            )}
          </Section>
          <Section title={t('mailboxes')} flush>
            <HoldMailboxes of={of} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={t('about')}>
            <About of={of} />
          </Section>
          <Section title={t('history')}>
            <History of={of} />
          </Section>
        </div>
      </div>
      {ending !== null && <Ending of={of} what={ending} onClose={() => setEnding(null)} />}
    </Page>
  )
}

function About({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  const said = (text: string) => (text === '' ? null : <span className={styles.said}>{text}</span>)
  return (
    <Facts
      of={[
        [t('number'), String(of.holdId)],
        [t('kind'), t(`kind-${of.kind}`)],
        [t('reason'), said(of.reason)],
        [t('duration'), of.days === null ? t('ever') : t('days', { count: of.days })],
        [t('note'), said(of.note)],
        [
          t('link'),
          of.link === '' ? null : (
            <a key="link" href={of.link} rel="noopener noreferrer" target="_blank">
              {of.link}
            </a>
          ),
        ],
        [t('placed'), <Placed key="placed" at={of.placedAt} by={of.placedBy} />],
        [
          t('released'),
          of.releasedAt === null ? null : (
            <Placed key="released" at={of.releasedAt} by={of.releasedBy ?? ''} />
          ),
        ],
      ]}
    />
  )
}

function Placed({ at, by }: { readonly at: string; readonly by: string }) {
  return (
    <span className={styles.stack}>
      <Moment at={at} />
      <span className={styles.second}>{nameOf(by)}</span>
    </span>
  )
}
