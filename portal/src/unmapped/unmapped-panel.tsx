/** One number in a panel: why, since when, its latest items, what mends it, and the assignment of a mailbox. */
import { useQuery } from '@tanstack/react-query'
import { useLocation, useParams } from 'react-router'
import { client, type UnmappedNumber } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Party } from '../connector/party.tsx'
import { useReasons } from '../connector/reason.tsx'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { Assign } from './assign.tsx'
import { unmappedTexts } from './texts.ts'
import styles from './unmapped.module.css'

export function UnmappedPanel() {
  const t = useTexts(unmappedTexts)
  const { connectorId: place = '', sourceUser: name = '' } = useParams()
  const { search } = useLocation()
  const connectorId = /^\d{1,9}$/.test(place) ? Number(place) : 0
  const sourceUser = name === '-' ? '' : name
  const query = useQuery({
    // Not below the list's key: while its result is looked at, a number that is assigned stays in its panel.
    queryKey: ['unmapped-number', connectorId, sourceUser],
    queryFn: ({ signal }) => findNumber(connectorId, sourceUser, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  return (
    <SidePanel
      title={sourceUser === '' ? t('nobodyTitle') : t('panelTitle')}
      {...(sourceUser === ''
        ? {}
        : { subtitle: <Who name={sourceUser} as={query.data?.registeredName ?? null} /> })}
      closeTo={`/unmapped${search}`}
      wide
    >
      {query.error instanceof Problem && (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data === undefined && query.error === null && <SkeletonBlock height="320px" />}
      {query.data === null && (
        <EmptyState title={t('gone')} headingLevel={3}>
          {t('goneText')}
        </EmptyState>
      )}
      {query.data && <Found key={`${connectorId} ${sourceUser}`} of={query.data} />}
    </SidePanel>
  )
}

async function findNumber(
  connectorId: number,
  sourceUser: string,
  signal: AbortSignal,
): Promise<UnmappedNumber | null> {
  const { rows } = await client.listUnmapped({
    connectorId,
    ...(sourceUser === '' ? { reason: 'no-participant' as const } : { search: sourceUser }),
    limit: 200,
    signal,
  })
  return rows.find(row => row.sourceUser === sourceUser) ?? null
}

function Who({ name, as }: { readonly name: string; readonly as: string | null }) {
  const t = useTexts(unmappedTexts)
  return (
    <span className={styles.who}>
      <strong>
        <Party name={name} />
      </strong>
      {as !== null && <span>{t('registeredAs', { name: as })}</span>}
    </span>
  )
}

function Found({ of }: { readonly of: UnmappedNumber }) {
  const t = useTexts(unmappedTexts)
  const w = useWords()
  const reasons = useReasons()
  const mayAssign = useHoldsRole('Mailbox Import Export')
  return (
    <div className={styles.stack}>
      <Facts
        of={[
          [
            t('why'),
            <span key="why" className={styles.two}>
              {of.reasons.map(reason => (
                <span key={reason}>{reasons.text(reason)}</span>
              ))}
            </span>,
          ],
          [t('wanted'), of.wanted.length === 0 ? null : of.wanted.join(', ')],
          [t('items'), <Count key="items" value={of.items} />],
          [t('since'), <Moment key="since" at={of.firstAt} />],
          [t('latest'), <Moment key="latest" at={of.lastAt} />],
          [w('connector'), of.connectorName],
          [t('samples'), <Samples key="samples" of={of} />],
          [t('mend'), reasons.mend(of.reasons[0] ?? '')],
        ]}
      />
      {mayAssign ? <Assign of={of} /> : <Notice>{t('needsRole')}</Notice>}
    </div>
  )
}

const KINDS = ['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'] as const

function Samples({ of }: { readonly of: UnmappedNumber }) {
  const t = useTexts(unmappedTexts)
  return (
    <ul className={styles.samples}>
      {of.samples.map(sample => {
        const known = KINDS.find(kind => kind === sample.kind)
        const kind = known === undefined ? sample.kind : t(known)
        const { direction } = sample
        return (
          <li key={sample.itemId}>
            <Moment at={sample.at} />{' '}
            <span className={styles.second}>
              {direction === 'in' || direction === 'out'
                ? t('sample', { kind, direction: t(direction) })
                : kind}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
