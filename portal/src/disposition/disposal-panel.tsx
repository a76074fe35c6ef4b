/** One disposal: what it is of, who approved it, and its proof. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useLocation, useParams } from 'react-router'
import { download } from '../client/call.ts'
import { client, type ShownDisposal } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { disposalTexts } from './disposal-texts.ts'
import styles from './disposition.module.css'
import { dispositionTexts } from './texts.ts'

export function DisposalPanel() {
  const d = useTexts(dispositionTexts)
  const t = useTexts(disposalTexts)
  const { search } = useLocation()
  const { disposalId: place = '' } = useParams()
  const disposalId = /^\d{1,15}$/.test(place) ? Number(place) : 0
  const query = useQuery({
    queryKey: ['disposition', 'disposal', disposalId],
    queryFn: ({ signal }) => client.showDisposal({ disposalId, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const proof = useMutation({
    mutationFn: () => download('/disposition/disposals/{disposalId}/proof', { params: { disposalId } }),
  })
  return (
    <SidePanel
      title={t('number', { id: place })}
      closeTo={`/disposition/disposals${search}`}
      wide
      {...(query.data === undefined
        ? {}
        : {
            foot: (
              <Button
                appearance="primary"
                icon={<ArrowDownloadRegular />}
                disabledFocusable={proof.isPending}
                onClick={() => !proof.isPending && proof.mutate()}
              >
                {t('downloadProof')}
              </Button>
            ),
          })}
    >
      {query.error instanceof Problem &&
        (query.error.status === 404 || query.error.code === 'REQUEST_INVALID' ? (
          <EmptyState title={d('gone')} headingLevel={3}>
            {d('goneText')}
          </EmptyState>
        ) : (
          <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
        ))}
      {proof.error instanceof Problem && <ProblemNote problem={proof.error} />}
      {query.data === undefined && query.error === null && <SkeletonBlock height="240px" />}
      {query.data !== undefined && <Shown of={query.data} />}
    </SidePanel>
  )
}

function Shown({ of }: { readonly of: ShownDisposal }) {
  const t = useTexts(disposalTexts)
  const mayAudit = useHoldsRole('Audit Logs')
  const mayExport = useHoldsRole('Export')
  return (
    <>
      <Facts
        of={[
          [t('at'), <Moment key="at" at={of.at} kind="seconds" />],
          [t('cause'), t(`cause-${of.cause}`)],
          [
            t('asked'),
            of.requestId === null ? null : (
              <Link key="request" to={`/erasure/${of.requestId}`}>
                {t('request', { id: of.requestId })}
              </Link>
            ),
          ],
          [t('filingsMeaning'), <Count key="filings" value={of.filings} />],
          [t('itemsMeaning'), <Count key="items" value={of.items} />],
          [t('actor'), actorName(of.actor)],
          [t('approvedBy'), of.approvedBy.length === 0 ? null : of.approvedBy.map(actorName).join(', ')],
        ]}
      />
      {of.exports.length > 0 && (
        <section aria-label={t('exports')} className={styles.inside}>
          <h3 className={styles.heading}>{t('exports')}</h3>
          <p className={styles.note}>{t('exportsText')}</p>
          <ul className={styles.list}>
            {of.exports.map(each => (
              <li key={each.id} className={styles.stack}>
                {mayExport ? (
                  <Link to={`/exports/${each.id}`}>{t('export', { format: each.format.toUpperCase() })}</Link>
                ) : (
                  <span>{t('export', { format: each.format.toUpperCase() })}</span>
                )}
                <span className={styles.second}>
                  <Moment at={each.completedAt ?? each.requestedAt} /> ·{' '}
                  {t('downloads', { count: each.downloads })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label={t('proofTitle')} className={styles.inside}>
        <h3 className={styles.heading}>{t('proofTitle')}</h3>
        <Facts
          of={[
            [
              t('root'),
              <code key="root" className={styles.root}>
                {of.merkleRoot}
              </code>,
            ],
            [
              t('entry'),
              <code key="entry" className={styles.root}>
                {mayAudit ? <Link to={`/audit/${of.entryId}`}>{of.entryId}</Link> : of.entryId}
              </code>,
            ],
          ]}
        />
        <p className={styles.note}>{t('proofText', { id: of.disposalId })}</p>
      </section>
    </>
  )
}
