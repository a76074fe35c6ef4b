/** What has gone: disposals, newest first; and the way to one message by its id. */
import { Button, Field, Input } from '@fluentui/react-components'
import { BinRecycleRegular } from '@fluentui/react-icons/svg/bin-recycle'
import { useState } from 'react'
import { Outlet, useLocation, useNavigate, useParams } from 'react-router'
import { client, type Disposal } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { disposalTexts } from './disposal-texts.ts'
import styles from './disposition.module.css'
import { DispositionTabs } from './disposition-tabs.tsx'
import { dispositionTexts } from './texts.ts'

const EVERY_MS = 15_000
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function DisposalList() {
  const d = useTexts(dispositionTexts)
  const t = useTexts(disposalTexts)
  const { search } = useLocation()
  const { disposalId } = useParams()
  const page = usePage<Disposal>({
    key: ['disposition', 'disposals'],
    read: ({ after, signal }) => client.listDisposals({ limit: 50, after, signal }),
    every: EVERY_MS,
  })
  return (
    <Page title={d('title')} purpose={d('purpose')}>
      <DispositionTabs />
      <FindItem />
      <DataTable<Disposal>
        label={t('list')}
        page={page}
        rowKey={row => row.disposalId}
        rowLink={row => `${row.disposalId}${search}`}
        selected={disposalId === undefined ? null : Number(disposalId)}
        expected={4}
        empty={
          <EmptyState icon={<BinRecycleRegular />} title={t('none')} headingLevel={2}>
            {t('noneText')}
          </EmptyState>
        }
        columns={[
          { key: 'number', header: t('one'), cell: row => t('number', { id: row.disposalId }) },
          { key: 'at', header: t('at'), width: '190px', cell: row => <Moment at={row.at} /> },
          { key: 'cause', header: t('cause'), width: '170px', cell: row => t(`cause-${row.cause}`) },
          {
            key: 'filings',
            header: t('filings'),
            width: '110px',
            align: 'end',
            cell: row => <Count value={row.filings} />,
          },
          {
            key: 'items',
            header: t('items'),
            width: '150px',
            align: 'end',
            cell: row => <Count value={row.items} />,
          },
        ]}
      />
      <Outlet />
    </Page>
  )
}

function FindItem() {
  const t = useTexts(disposalTexts)
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const isId = ID.test(text.trim())
  return (
    <form
      className={styles.find}
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (isId) void navigate(`/disposition/items/${text.trim().toLowerCase()}`)
      }}
    >
      <Field
        label={t('findLabel')}
        {...(tried && !isId
          ? { validationMessage: t('findWrong'), validationState: 'error' as const }
          : { hint: t('findHint') })}
      >
        <Input
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
      <Button type="submit">{t('findAct')}</Button>
    </form>
  )
}
