/** The exports that the person may see, newest first; those that move are read again while the page is open. */
import { Button, Switch } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { BoxRegular } from '@fluentui/react-icons/svg/box'
import { useNavigate } from 'react-router'
import { client, type Export } from '../client/client.ts'
import { useSession } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { Bytes, Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { Progress } from '../parts/progress.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { ExportState } from './export-state.tsx'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

const EVERY_MS = 2_000

export function ExportList() {
  const t = useTexts(exportTexts)
  const w = useWords()
  const navigate = useNavigate()
  const seesAll = useSession().roles.some(each => each.role === 'Export' && !each.limited)
  const [{ mine }, change] = useUrlState({ mine: '' })
  const onlyMine = mine === 'true'
  const page = usePage<Export>({
    key: ['exports', onlyMine],
    read: ({ after, signal }) =>
      client.listExports({ limit: 50, after, mine: onlyMine ? 'true' : undefined, signal }),
    every: EVERY_MS,
  })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/exports/new')}>
      {t('newExport')}
    </Button>
  )
  const isEmpty = page.rows?.length === 0 && !onlyMine
  return (
    <Page title={t('title')} purpose={t('purpose')} {...(isEmpty ? {} : { primary: add })}>
      {seesAll && !isEmpty && (
        <Switch
          className={styles.switch!}
          label={t('mine')}
          checked={onlyMine}
          onChange={(_, { checked }) => change({ mine: checked ? 'true' : null })}
        />
      )}
      <DataTable<Export>
        label={t('title')}
        page={page}
        rowKey={row => row.exportId}
        rowLink={row => row.exportId}
        expected={4}
        empty={
          onlyMine ? (
            <EmptyState icon={<BoxRegular />} title={t('noneMine')} headingLevel={2} />
          ) : (
            <EmptyState icon={<BoxRegular />} title={t('none')} headingLevel={2} action={add}>
              {t('noneText')}
            </EmptyState>
          )
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          { key: 'format', header: t('format'), width: '180px', cell: row => t(`format-${row.format}`) },
          { key: 'status', header: w('status'), width: '170px', cell: row => <State of={row} /> },
          {
            key: 'copies',
            header: t('copies'),
            width: '110px',
            align: 'end',
            cell: row => {
              const { matched, context } = row.counts
              return row.completedAt === null ? '-' : <Count value={matched.exported + context.exported} />
            },
          },
          {
            key: 'size',
            header: t('size'),
            width: '110px',
            align: 'end',
            cell: row => (row.packageSize === null ? '-' : <Bytes value={row.packageSize} />),
          },
          {
            key: 'made',
            header: t('made'),
            width: '200px',
            cell: row => (
              <span className={styles.stack}>
                <Moment at={row.createdAt} />
                <span className={styles.second}>{actorName(row.requestedBy)}</span>
              </span>
            ),
          },
          {
            key: 'expires',
            header: t('expires'),
            width: '150px',
            cell: row =>
              row.state === 'ready' && row.expiresAt !== null ? (
                <Moment at={row.expiresAt} kind="date" />
              ) : (
                '-'
              ),
          },
        ]}
      />
    </Page>
  )
}

function State({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  if (of.state !== 'writing' || of.progress.total === 0) return <ExportState of={of} />
  return <Progress small stage={t('state-writing')} done={of.progress.done} total={of.progress.total} />
}
