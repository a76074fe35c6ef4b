/** The runs that moved copies to the archive and back, newest first; nothing where there was none. */
import { type ArchiveRun, client } from '../client/client.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Section } from '../parts/section.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './in-place-archive.module.css'
import { archiveTexts } from './texts.ts'

export const EVERY_MS = 5_000
const ROWS = 10

export function RunList() {
  const t = useTexts(archiveTexts)
  const w = useWords()
  const page = usePage<ArchiveRun>({
    key: ['in-place-archive', 'runs'],
    read: ({ after, signal }) => client.listArchiveRuns({ limit: ROWS, after, signal }),
    every: EVERY_MS,
    name: 'runs',
  })
  if (page.rows?.length === 0 && page.toPrevious === null) return null
  return (
    <Section title={t('runs')} flush>
      <DataTable<ArchiveRun>
        label={t('runList')}
        page={page}
        rowKey={row => row.archiveRunId}
        expected={3}
        empty={null}
        columns={[
          {
            key: 'at',
            header: w('time'),
            cell: row => (
              <span className={styles.stack}>
                <Moment at={row.createdAt} />
                <span className={styles.second}>
                  {row.requestedBy === 'system' ? t('daily') : actorName(row.requestedBy)}
                </span>
              </span>
            ),
          },
          {
            key: 'mailboxes',
            header: w('mailboxes'),
            width: '120px',
            align: 'end',
            cell: row => (row.mailboxes === null ? w('all') : <Count value={row.mailboxes} />),
          },
          {
            key: 'archived',
            header: t('moved'),
            width: '130px',
            align: 'end',
            cell: row => <Count value={row.archived} />,
          },
          {
            key: 'returned',
            header: t('returned'),
            width: '130px',
            align: 'end',
            cell: row => <Count value={row.returned} />,
          },
          {
            key: 'objects',
            header: t('objectsMoved'),
            width: '150px',
            align: 'end',
            cell: row => <Count value={row.cooled + row.warmed} />,
          },
          { key: 'status', header: w('status'), width: '190px', cell: row => <RunStatus of={row} /> },
        ]}
      />
    </Section>
  )
}

function RunStatus({ of }: { readonly of: ArchiveRun }) {
  const t = useTexts(archiveTexts)
  if (of.completedAt === null) return <StatusBadge kind="working" text={t('underWay')} />
  if (of.problem !== null)
    return (
      <StatusBadge
        kind="warning"
        text={t('objectsRefused')}
        why={t('objectsRefusedWhy', { code: of.problem })}
      />
    )
  return <StatusBadge kind="good" text={t('done')} />
}
