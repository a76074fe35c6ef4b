/** Where a message came from and what proves it, in a panel beside it. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { download } from '../client/call.ts'
import { type Custody, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { bytesText } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './custody.module.css'
import { messageTexts } from './message-texts.ts'

export function CustodyPanel({ itemId, closeTo }: { readonly itemId: string; readonly closeTo: string }) {
  const m = useTexts(messageTexts)
  const mayProve = useHoldsRole('Export')
  const query = useQuery({
    queryKey: ['custody', itemId],
    queryFn: ({ signal }) => client.getCustody({ itemId, signal }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  const proof = useMutation({
    mutationFn: () => download('/items/{itemId}/proof', { params: { itemId } }),
  })
  const custody = query.data
  return (
    <SidePanel
      title={m('custody')}
      subtitle={m('custodyWhat')}
      closeTo={closeTo}
      wide
      foot={
        mayProve ? (
          <Button
            appearance="primary"
            icon={<ArrowDownloadRegular />}
            disabledFocusable={custody === undefined || proof.isPending}
            onClick={() => custody !== undefined && proof.mutate()}
          >
            {m('downloadProof')}
          </Button>
        ) : (
          <p className={styles.quiet}>{m('proofNeeds')}</p>
        )
      }
    >
      <div className={styles.stack}>
        {query.error instanceof Problem && (
          <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
        )}
        {proof.error instanceof Problem && <ProblemNote problem={proof.error} />}
        {custody === undefined && query.error === null && <SkeletonBlock height="360px" />}
        {custody !== undefined && <CustodyFacts custody={custody} />}
      </div>
    </SidePanel>
  )
}

function CustodyFacts({ custody }: { readonly custody: Custody }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  const { connector, run, entry, checkpoint } = custody
  const time = (at: string) => momentText(at, language, 'seconds')
  const maySeeRun = useHoldsRole('View-Only Configuration', 'Mailbox Import Export')
  const mayExport = useHoldsRole('Export')
  const handedOver = (format: string, who: string) =>
    m('handedOverBy', { format: format.toUpperCase(), who: actorName(who) })
  const collectedBy = m('collectedBy', { run: run.runId, connector: connector.name })
  return (
    <>
      <section aria-label={m('source')}>
        <h3>{m('source')}</h3>
        <Facts
          of={[
            [
              m('collected'),
              <>
                <Moment at={custody.collectedAt} kind="seconds" />
                <br />
                {maySeeRun ? (
                  <Link to={`/data-connectors/connectors/${connector.connectorId}/runs/${run.runId}`}>
                    {collectedBy}
                  </Link>
                ) : (
                  collectedBy
                )}
                , {m(`trigger_${run.trigger}` as 'trigger_manual')}
              </>,
            ],
            [m('window'), `${time(run.windowFrom)} – ${time(run.windowTo)}`],
            [
              m('source'),
              <>
                {connector.product}
                <br />
                {m('account', { account: connector.accountId })}
              </>,
            ],
            [
              m('sourceId'),
              custody.sourceItemId === null ? (
                m('sourceIdNone')
              ) : (
                <code key="source">{custody.sourceItemId}</code>
              ),
            ],
            [
              m('sentAsReceived'),
              custody.sentAtAsReceived === '' ? null : <code key="sent">{custody.sentAtAsReceived}</code>,
            ],
            [m('arrived'), <Moment key="arrived" at={custody.arrivedAt} kind="seconds" />],
            [m('filed'), <Moment key="filed" at={custody.filedAt} kind="seconds" />],
            [
              m('filedIn'),
              <ul key="filings" className={styles.filings}>
                {custody.filings.map(filing => (
                  <li key={`${filing.mailbox} ${filing.folder}`}>
                    {filing.mailbox}, {filing.folder}
                    {filing.hiddenAt !== null && ` (${m('hidden', { time: time(filing.hiddenAt) })})`}
                  </li>
                ))}
              </ul>,
            ],
            [m('heldBy'), custody.holds.length === 0 ? null : <HeldBy key="holds" holds={custody.holds} />],
            [
              m('changedSince'),
              custody.acts.length === 0 ? null : (
                <ul key="acts" className={styles.filings}>
                  {custody.acts.map(({ entryId, at, act, actor }) => (
                    <li key={entryId}>
                      <Moment at={at} kind="seconds" />, {m(`act-${act}` as 'act-label.put')},{' '}
                      {actorName(actor)}
                    </li>
                  ))}
                </ul>
              ),
            ],
            [
              m('handedOver'),
              custody.exports.length === 0 ? null : (
                <ul key="exports" className={styles.filings}>
                  {custody.exports.map(({ exportId, requestedBy, completedAt, format }) => (
                    <li key={exportId}>
                      <Moment at={completedAt} kind="seconds" />,{' '}
                      {mayExport ? (
                        <Link to={`/exports/${exportId}`}>{handedOver(format, requestedBy)}</Link>
                      ) : (
                        handedOver(format, requestedBy)
                      )}
                    </li>
                  ))}
                </ul>
              ),
            ],
            [
              m('flags'),
              custody.flags.length === 0
                ? null
                : custody.flags.map(flag => m(`flag_${flag}` as 'flag_no-source-id')).join('. '),
            ],
          ]}
        />
      </section>
      <section aria-label={m('kept')}>
        <h3>{m('kept')}</h3>
        <Facts
          of={[
            [
              m('digestOriginal'),
              <Digest
                key="o"
                name={m('digestOriginal')}
                hex={custody.originalDigest}
                size={custody.originalSize}
              />,
            ],
            custody.messageSize === null
              ? [m('digestMessage'), m('originalSame')]
              : [
                  m('digestMessage'),
                  <Digest
                    key="m"
                    name={m('digestMessage')}
                    hex={custody.messageDigest}
                    size={custody.messageSize}
                  />,
                ],
            [m('vaultObject'), <code key="v">{custody.vaultObject}</code>],
          ]}
        />
      </section>
      <section aria-label={m('auditTitle')}>
        <h3>{m('auditTitle')}</h3>
        <Facts
          of={[
            [m('leaf'), <code key="leaf">{custody.leaf}</code>],
            [
              m('entry'),
              entry === null ? null : (
                <>
                  {entry.sequence === null
                    ? m('checkpointWaits')
                    : m('entrySequence', { sequence: entry.sequence, time: time(entry.at) })}
                  <br />
                  <code>{entry.entryId}</code>
                </>
              ),
            ],
            [
              m('checkpoint'),
              checkpoint === null ? m('checkpointWaits') : m('checkpointSize', { size: checkpoint.size }),
            ],
          ]}
        />
        {checkpoint !== null && <pre className={styles.note}>{checkpoint.note}</pre>}
      </section>
      <p className={styles.quiet}>{m('proofWhat')}</p>
    </>
  )
}

/** Each hold once, whichever of the item's mailboxes it is on. */
function HeldBy({ holds }: { readonly holds: Custody['holds'] }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  const maySee = useHoldsRole('Hold')
  const lines = new Map(holds.map(hold => [JSON.stringify({ ...hold, mailboxId: 0 }), hold]))
  return (
    <ul className={styles.filings}>
      {[...lines].map(([key, { holdId, kind, until, undecided }]) => {
        const name = holdId === null ? m(`hold-${kind}`) : m(`hold-${kind}-number`, { id: holdId })
        return (
          <li key={key}>
            {maySee && holdId !== null ? <Link to={`/holds/${holdId}`}>{name}</Link> : name}
            {until !== null && `, ${m('heldUntil', { until: momentText(until, language, 'date') })}`}
            {undecided !== null && ` (${m('undecided')})`}
          </li>
        )
      })}
    </ul>
  )
}

function Digest({ name, hex, size }: { readonly name: string; readonly hex: string; readonly size: number }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  return (
    <>
      <code>{hex}</code>
      <br />
      {bytesText(size, language)}
      <CopyButton text={hex} label={m('copyDigest', { name })} />
    </>
  )
}
