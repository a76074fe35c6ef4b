/** The mailboxes that one may read, with what is in them; for who may not read, the directory alone. */
import { Button, SearchBox } from '@fluentui/react-components'
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload'
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox'
import { useEffect, useState } from 'react'
import { Outlet, useNavigate, useSearchParams } from 'react-router'
import { client, type DirectoryEntry, type Mailbox } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import styles from './mailbox-list.module.css'
import { mailboxTexts } from './texts.ts'

type Row = DirectoryEntry & Partial<Pick<Mailbox, 'kind' | 'folders'>>

export function MailboxList() {
  const t = useTexts(mailboxTexts)
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const mayRead = useHoldsRole('Preview')
  const mayImport = useHoldsRole('Mail Recipients')
  const [{ q }, change] = useUrlState({ q: '' })
  const [typed, setTyped] = useState(q)
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed !== q) change({ q: typed })
    }, 300)
    return () => clearTimeout(timer)
  }, [typed, q, change])
  const page = usePage<Row>({
    key: ['mailboxes', mayRead, q],
    read: ({ after, signal }) =>
      mayRead
        ? client.listMailboxes({ containing: q, after, limit: 50, signal })
        : client.listDirectory({ containing: q, after, limit: 50, signal }),
  })
  const columns = useColumns(mayRead)
  const toImport = () => void navigate({ pathname: '/mailboxes/import', search: params.toString() })
  return (
    <Page
      title={t('title')}
      purpose={mayRead ? t('purpose') : t('purposeDirectory')}
      {...(mayImport
        ? {
            primary: (
              <Button appearance="primary" icon={<ArrowUploadRegular />} onClick={toImport}>
                {t('importDirectory')}
              </Button>
            ),
          }
        : {})}
    >
      {!mayRead && (
        <Notice title={t('readingNeeds')}>
          <NeededRoles roles={['Preview']} />
        </Notice>
      )}
      <div className={styles.search}>
        <SearchBox
          aria-label={t('searchLabel')}
          placeholder={t('searchLabel')}
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
      </div>
      <Section flush>
        <DataTable<Row>
          label={t('listLabel')}
          columns={columns}
          page={page}
          rowKey={row => row.mailboxId}
          {...(mayRead ? { rowLink: (row: Row) => `/mailboxes/${encodeURIComponent(row.address)}` } : {})}
          empty={
            q === '' ? (
              <EmptyState icon={<MailInboxRegular />} title={t('emptyTitle')} headingLevel={2}>
                {mayImport || !mayRead ? t('emptyText') : t('emptyScope')}
              </EmptyState>
            ) : (
              <EmptyState icon={<MailInboxRegular />} title={t('emptyFoundTitle')} headingLevel={2}>
                {t('emptyFound')}
              </EmptyState>
            )
          }
        />
      </Section>
      <Outlet />
    </Page>
  )
}

function useColumns(mayRead: boolean): [Column<Row>, ...Column<Row>[]] {
  const t = useTexts(mailboxTexts)
  const [language] = useLanguage()
  const active = (row: Row) => {
    const date = (at: string) => momentText(at, language, 'date')
    if (row.activeTo !== null) return t('activeUntil', { date: date(row.activeTo) })
    return row.activeFrom === null ? t('activeAlways') : t('activeFrom', { date: date(row.activeFrom) })
  }
  const reserved = (kind: Row['kind']) => kind === 'unmapped' || kind === 'quarantine'
  return [
    {
      key: 'person',
      header: t('person'),
      width: '16%',
      cell: row => (row.kind === 'unmapped' || row.kind === 'quarantine' ? t(row.kind) : row.displayName),
    },
    {
      key: 'address',
      header: t('address'),
      cell: row =>
        row.kind === 'unmapped' || row.kind === 'quarantine' ? (
          <span className={styles.quiet}>{t(`${row.kind}What`)}</span>
        ) : (
          <>
            {row.address}
            {row.aliases.length > 0 && (
              <span className={styles.quiet} title={row.aliases.join('\n')}>
                {' '}
                {t('aliases', { count: row.aliases.length })}
              </span>
            )}
          </>
        ),
    },
    {
      key: 'attributes',
      header: t('attributes'),
      width: '15%',
      cell: row => Object.values(row.attributes).join(', '),
      cut: true,
    },
    ...(mayRead
      ? ([
          {
            key: 'folders',
            header: t('folders'),
            cell: row => (
              <ul className={styles.folders}>
                {(row.folders ?? []).map(folder => (
                  <li key={folder.folderId}>
                    {folder.name} <Count value={folder.filings} />
                  </li>
                ))}
              </ul>
            ),
          },
          {
            key: 'items',
            header: t('items'),
            align: 'end',
            width: '90px',
            cell: row => <Count value={(row.folders ?? []).reduce((sum, each) => sum + each.filings, 0)} />,
          },
        ] satisfies Column<Row>[])
      : []),
    {
      key: 'active',
      header: t('active'),
      width: '130px',
      cell: row => (reserved(row.kind) ? '' : active(row)),
    },
  ]
}
