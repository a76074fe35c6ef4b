/** Who did what to this connector, from the audit log; who may not read that is told which role it takes. */
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { Link } from 'react-router'
import { type AuditEntry, client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

export function History() {
  const t = useTexts(connectorTexts)
  const mayRead = useHoldsRole('Audit Logs')
  if (!mayRead)
    return (
      <EmptyState icon={<LockClosedRegular />} title={t('historyNeeds')} headingLevel={2}>
        <NeededRoles roles={['Audit Logs']} />
      </EmptyState>
    )
  return <Entries />
}

const ACTS = [
  'connector.add',
  'connector.accept-terms',
  'connector.sign-in',
  'connector.sign-in-refused',
  'connector.edit',
  'connector.pause',
  'connector.resume',
  'connector.remove',
  'mapping.import',
  'mapping.add',
  'mapping.change',
  'mapping.remove',
  'unmapped.replay',
] as const

function Entries() {
  const t = useTexts(connectorTexts)
  const w = useWords()
  const { connectorId } = useConnector()
  const page = usePage({
    key: [...connectorKey(connectorId), 'history'],
    read: ({ after, signal }) =>
      client.listAuditEntries({ subject: `connector:${connectorId}`, limit: 50, after, signal }),
  })
  const actOf = (entry: AuditEntry) => {
    const known = ACTS.find(act => act === entry.act)
    return known === undefined ? entry.act : t(known)
  }
  return (
    <DataTable<AuditEntry>
      label={t('historyLabel')}
      page={page}
      rowKey={entry => entry.entryId}
      empty={<EmptyState title={t('historyNone')} headingLevel={2} />}
      columns={[
        { key: 'act', header: t('act'), cell: actOf },
        {
          key: 'at',
          header: w('time'),
          width: '190px',
          cell: entry => <Moment at={entry.at} kind="seconds" />,
        },
        { key: 'actor', header: t('actor'), cell: entry => entry.actor.replace(/^person:/, '') },
        { key: 'detail', header: w('details'), cell: entry => <Detail of={entry} /> },
        {
          key: 'entry',
          header: t('entry'),
          width: '150px',
          cell: entry => <Link to={`/audit/${entry.entryId}`}>{t('inAudit')}</Link>,
        },
      ]}
    />
  )
}

/** What the entry says in the open: names of settings, counts, codes. */
function Detail({ of }: { readonly of: AuditEntry }) {
  const t = useTexts(connectorTexts)
  const { changed, ...rest } = of.detail
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`)
  const names = Array.isArray(changed) ? [t('changedSettings', { names: changed.join(', ') })] : []
  return <span className={styles.second}>{[...names, ...facts].join(' · ')}</span>
}
