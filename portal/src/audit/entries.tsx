/** The tab *Entries*: the log searched, newest first. An entry opens beside the list. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { ClipboardTaskListLtrRegular } from '@fluentui/react-icons/svg/clipboard-task-list-ltr'
import { ShieldErrorFilled } from '@fluentui/react-icons/svg/shield-error'
import { useState } from 'react'
import { Outlet, useLocation, useParams } from 'react-router'
import { type AuditEntry, client } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useActName } from './acts.ts'
import styles from './audit.module.css'
import { ExportDialog } from './export-dialog.tsx'
import { queryOf, useFilter } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { auditTexts } from './texts.ts'

export function Entries() {
  const t = useTexts(auditTexts)
  const actName = useActName()
  const { entryId = null } = useParams()
  const { search } = useLocation()
  const [filter, setFilter] = useFilter()
  const [exporting, setExporting] = useState(false)
  const query = queryOf(filter)
  const filtered = Object.keys(query).length > 0
  const page = usePage({
    key: ['audit', 'entries', query],
    read: ({ after, signal }) => client.listAuditEntries({ ...query, limit: 50, after, signal }),
  })
  return (
    <>
      <FilterBar filter={filter} setFilter={setFilter}>
        <Button appearance="secondary" icon={<ArrowDownloadRegular />} onClick={() => setExporting(true)}>
          {t('export')}
        </Button>
      </FilterBar>
      <DataTable<AuditEntry>
        label={t('entries')}
        page={page}
        rowKey={row => row.entryId}
        rowLink={row => `${row.entryId}${search}`}
        selected={entryId}
        expected={12}
        empty={
          <EmptyState icon={<ClipboardTaskListLtrRegular />} title={t('emptyTitle')} headingLevel={2}>
            {filtered ? t('emptyFiltered') : t('emptyText')}
          </EmptyState>
        }
        columns={[
          {
            key: 'at',
            header: t('when'),
            cell: row => <Moment at={row.at} kind="seconds" />,
            width: '190px',
          },
          { key: 'actor', header: t('who'), cell: row => <Actor name={row.actor} />, width: '22%' },
          {
            key: 'act',
            header: t('act'),
            cell: row => (
              <span className={styles.act}>
                <span>{actName(row.act)}</span>
                <code>{row.act}</code>
              </span>
            ),
            width: '26%',
          },
          {
            key: 'subject',
            header: t('about'),
            cell: row => <span className={styles.subject}>{row.subject}</span>,
            cut: true,
          },
          {
            key: 'sequence',
            header: t('leaf'),
            align: 'end',
            cell: row =>
              row.sequence === null ? <em className={styles.waits}>{t('waits')}</em> : row.sequence,
            width: '90px',
          },
        ]}
      />
      {exporting && <ExportDialog query={query} onClose={() => setExporting(false)} />}
      <Outlet />
    </>
  )
}

/** Who acted; on the console without a sign-in is told by a sign. */
export function Actor({ name }: { readonly name: string }) {
  const t = useTexts(auditTexts)
  if (!name.startsWith('console:')) return <span className={styles.actor}>{name}</span>
  return (
    <span className={styles.actor} title={t('breakGlass')}>
      <ShieldErrorFilled className={styles.glass!} aria-label={t('breakGlass')} /> {name}
    </span>
  )
}
