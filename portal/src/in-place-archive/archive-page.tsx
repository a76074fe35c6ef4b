/** The policies of the in-place archive, how much is in it, and the runs that moved it. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { type ArchivePolicy, client } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone, showProblem } from '../parts/toast.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './in-place-archive.module.css'
import { usePeriodText } from './period-text.ts'
import { RunList } from './run-list.tsx'
import { Standing } from './standing.tsx'
import { archiveTexts } from './texts.ts'

export function ArchivePage() {
  const t = useTexts(archiveTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const periodText = usePeriodText()
  const page = usePage<ArchivePolicy>({
    key: ['in-place-archive', 'policies'],
    read: ({ signal }) => client.listArchivePolicies({ signal }),
    name: 'policies',
  })
  const run = useMutation({
    mutationFn: () => client.requestArchiving(),
    onSuccess: async () => {
      showDone(t('runAsked'))
      await queries.invalidateQueries({ queryKey: ['in-place-archive'] })
    },
    onError: showProblem,
  })
  const isEmpty = page.rows?.length === 0
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/in-place-archive/new')}>
      {t('newPolicy')}
    </Button>
  )
  return (
    <Page
      title={t('title')}
      purpose={t('purpose')}
      {...(isEmpty ? {} : { primary: add })}
      {...(isEmpty
        ? {}
        : {
            commands: (
              <Button
                appearance="subtle"
                icon={<ArrowSyncRegular />}
                disabledFocusable={run.isPending}
                onClick={() => run.mutate()}
              >
                {t('runNow')}
              </Button>
            ),
          })}
    >
      <DataTable<ArchivePolicy>
        label={t('policies')}
        page={page}
        rowKey={row => row.policyId}
        rowLink={row => String(row.policyId)}
        expected={3}
        empty={
          <EmptyState icon={<ArchiveRegular />} title={t('none')} headingLevel={2} action={add}>
            {t('noneText')}
          </EmptyState>
        }
        columns={[
          {
            key: 'name',
            header: w('name'),
            cell: row => row.name,
          },
          {
            key: 'for',
            header: t('for'),
            width: '34%',
            cell: row =>
              row.everywhere
                ? t('forOrganisation', { count: row.mailboxes })
                : t('forMailboxes', { count: row.mailboxes }),
          },
          { key: 'after', header: t('after'), width: '180px', cell: row => periodText(row.period) },
          {
            key: 'changed',
            header: t('changed'),
            width: '180px',
            cell: row => <Moment at={row.changedAt} />,
          },
        ]}
      />
      <div className={styles.column}>
        <Section title={t('standing')}>
          <Standing />
        </Section>
        <RunList />
      </div>
    </Page>
  )
}
