/** The page: figures, what needs attention, completeness by connector and day, items by kind over time. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { client, type Home } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Count } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { Attention } from './attention.tsx'
import { Completeness } from './completeness.tsx'
import styles from './home.module.css'
import { ItemHistory } from './item-history.tsx'
import { homeTexts } from './texts.ts'

export function HomePage() {
  const t = useTexts(homeTexts)
  const query = useQuery({
    queryKey: ['home'],
    queryFn: ({ signal }) => client.getHome({ signal }),
    refetchInterval: 30_000,
  })
  const problem = query.error instanceof Problem ? query.error : null
  return (
    <Page title={t('title')} purpose={t('purpose')}>
      {problem !== null && query.data === undefined ? (
        <ProblemNote problem={problem} onRetry={() => void query.refetch()} />
      ) : (
        <>
          {query.data === undefined ? <SkeletonBlock height="74px" /> : <Figures of={query.data} />}
          <div className={styles.columns}>
            <div className={styles.attention}>
              {query.data === undefined ? (
                <SkeletonBlock height="220px" />
              ) : (
                <Attention points={query.data.attention} fresh={query.data.alerts.unacknowledged} />
              )}
            </div>
            <div className={styles.main}>
              <Completeness />
              <ItemHistory />
            </div>
          </div>
        </>
      )}
    </Page>
  )
}

function Figures({ of: { items, connectors, log, alerts } }: { readonly of: Home }) {
  const t = useTexts(homeTexts)
  const w = useWords()
  const open = alerts.critical + alerts.warning + alerts.notice
  return (
    <dl className={styles.figures}>
      <Figure
        name={t('items')}
        to="/mailboxes"
        open={useHoldsRole('Preview', 'Mail Recipients', 'View-Only Configuration')}
        note={t('itemsNote')}
      >
        <Count value={items} />
      </Figure>
      <Figure name={t('connectors')} to="/data-connectors/connectors" open note={t('connectorsNote')}>
        <Count value={connectors} />
      </Figure>
      <Figure
        name={t('alerts')}
        to="/alerts"
        open={useHoldsRole('Organization Configuration', 'View-Only Configuration')}
        note={
          open === 0
            ? t('alertsNone')
            : t('alertsNote', { critical: alerts.critical, fresh: alerts.unacknowledged })
        }
      >
        <Count value={open} />
      </Figure>
      <Figure
        name={t('log')}
        to="/audit/log"
        open={useHoldsRole('Audit Logs')}
        note={
          log.checkpointAt === null ? (
            t('logNone')
          ) : (
            <>
              {t('logNote')} <Moment at={log.checkpointAt} />
            </>
          )
        }
      >
        {log.checkpointAt === null ? w('none') : <Count value={log.size} />}
      </Figure>
    </dl>
  )
}

type FigureProps = {
  readonly name: string
  readonly to: string
  /** Whether the person may open where it leads. */
  readonly open: boolean
  readonly note: ReactNode
  readonly children: ReactNode
}

function Figure({ name, to, open, note, children }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd className={styles.number}>
        {open ? (
          <Link to={to} className={styles.numberLink}>
            {children}
          </Link>
        ) : (
          children
        )}
      </dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  )
}
