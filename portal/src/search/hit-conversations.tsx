/** Results as conversations: each with how many hits it has, the one with the newest hit first. */
import { Button } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { distinct, Names } from '../mailboxes/who.tsx'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Restricted } from '../parts/restricted.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { bodyOf, type Draft } from './draft.ts'
import { HitText } from './hit-text.tsx'
import { useItemLink } from './results.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

type Row = Awaited<ReturnType<typeof client.searchConversations>>['rows'][number]

export function HitConversations({ asked }: { readonly asked: Draft }) {
  const t = useTexts(searchTexts)
  const linkOf = useItemLink()
  const [{ item }, change] = useUrlState({ item: '' })
  const [moved, setMoved] = useState(0)
  const [restricted, setRestricted] = useState(0)
  const page = usePage<Row>({
    key: ['search-conversations', asked],
    read: async ({ after, signal }) => {
      const answer = await client.searchConversations({
        body: { ...bodyOf(asked), limit: 50, ...(after === undefined ? {} : { after }) },
        signal,
      })
      setMoved(answer.moved)
      setRestricted(answer.restricted)
      return answer
    },
  })
  return (
    <>
      {moved > 0 && (
        <Notice
          title={t('moved', { count: moved })}
          action={<Button onClick={() => change({ item: null })}>{t('beginAgain')}</Button>}
        >
          {t('movedWhy')}
        </Notice>
      )}
      <Restricted items={restricted} />
      <DataTable<Row>
        label={t('conversations')}
        page={page}
        rowKey={row => row.newest.itemId}
        rowLink={row => linkOf(row.newest.itemId)}
        selected={item}
        empty={
          <EmptyState icon={<SearchRegular />} title={t('noneTitle')} headingLevel={2}>
            {t('noneText')}
          </EmptyState>
        }
        columns={[
          {
            key: 'conversation',
            header: t('conversation'),
            width: '240px',
            cell: ({ newest }) => newest.groupName ?? <Names parties={distinct(newest.parties)} most={3} />,
          },
          {
            key: 'hits',
            header: t('hits'),
            width: '72px',
            align: 'end',
            cell: row => <Count value={row.hits} />,
          },
          { key: 'newest', header: t('newestHit'), cell: row => <HitText line={row.newest} /> },
          {
            key: 'period',
            header: t('period'),
            width: '190px',
            cell: ({ firstAt, lastAt }) => (
              <span className={styles.two}>
                {firstAt !== null && <Moment at={firstAt} />}
                {lastAt !== null && lastAt !== firstAt && (
                  <span>
                    – <Moment at={lastAt} />
                  </span>
                )}
              </span>
            ),
          },
        ]}
      />
    </>
  )
}
