/** What a search found, as messages or as conversations; a row opens the conversation around it in a panel. */
import { Dropdown, Option } from '@fluentui/react-components'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { MailRegular } from '@fluentui/react-icons/svg/mail'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { client, type HitLine } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { Choices } from '../mailboxes/choices.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Restricted } from '../parts/restricted.tsx'
import { Section } from '../parts/section.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { bodyOf, type Draft } from './draft.ts'
import { HitConversations } from './hit-conversations.tsx'
import { HitPanel } from './hit-panel.tsx'
import { hitColumns } from './hit-text.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

const SORTS = ['newest', 'oldest', 'largest', 'smallest', 'person'] as const

export function Results({ asked }: { readonly asked: Draft | null }) {
  const t = useTexts(searchTexts)
  const mayRead = useHoldsRole('Preview')
  const { pathname, search } = useLocation()
  const [{ view, sort: wanted, item }, change] = useUrlState({ view: '', sort: 'newest', item: '' })
  const sort = SORTS.find(each => each === wanted) ?? 'newest'
  const isConversations = view === 'conversations'
  if (!mayRead)
    return (
      <Section title={t('results')}>
        <Notice title={t('resultsNeed')}>
          <NeededRoles roles={['Preview']} />
        </Notice>
      </Section>
    )
  const to = (name: string) => {
    const params = new URLSearchParams(search)
    for (const each of ['after', 'from', 'item', 'view']) params.delete(each)
    if (name !== '') params.set('view', name)
    return `${pathname}?${params}`
  }
  return (
    <div className={styles.results}>
      <div className={styles.bar}>
        <Choices
          label={t('view')}
          chosen={isConversations ? 'conversations' : 'messages'}
          choices={[
            { key: 'messages', text: t('messages'), icon: MailRegular, to: to('') },
            {
              key: 'conversations',
              text: t('conversations'),
              icon: ChatMultipleRegular,
              to: to('conversations'),
            },
          ]}
        />
        {!isConversations && (
          <Dropdown
            aria-label={t('sort')}
            className={styles.sort!}
            value={t(`sort_${sort}`)}
            selectedOptions={[sort]}
            onOptionSelect={(_, { optionValue }) => change({ sort: optionValue ?? null, item: null })}
          >
            {SORTS.map(each => (
              <Option key={each} value={each}>
                {t(`sort_${each}`)}
              </Option>
            ))}
          </Dropdown>
        )}
      </div>
      {asked === null ? (
        <div className={styles.before}>
          <EmptyState icon={<SearchRegular />} title={t('beforeTitle')} headingLevel={2}>
            {t('beforeText')}
          </EmptyState>
        </div>
      ) : isConversations ? (
        <HitConversations asked={asked} />
      ) : (
        <Messages asked={asked} sort={sort} />
      )}
      {item !== '' && asked !== null && <HitPanel asked={asked} itemId={item} />}
    </div>
  )
}

function Messages({ asked, sort }: { readonly asked: Draft; readonly sort: (typeof SORTS)[number] }) {
  const t = useTexts(searchTexts)
  const linkOf = useItemLink()
  const [{ item }] = useUrlState({ item: '' })
  const [restricted, setRestricted] = useState(0)
  const page = usePage<HitLine>({
    key: ['search', asked, sort],
    read: async ({ after, signal }) => {
      const answer = await client.search({
        body: { ...bodyOf(asked), sort, limit: 50, ...(after === undefined ? {} : { after }) },
        signal,
      })
      setRestricted(answer.restricted)
      return answer
    },
  })
  return (
    <>
      <Restricted items={restricted} />
      <DataTable<HitLine>
        label={t('messages')}
        page={page}
        rowKey={line => line.itemId}
        rowLink={line => linkOf(line.itemId)}
        selected={item}
        empty={
          <EmptyState icon={<SearchRegular />} title={t('noneTitle')} headingLevel={2}>
            {t('noneText')}
          </EmptyState>
        }
        columns={hitColumns<HitLine>(t, line => line)}
      />
    </>
  )
}

/** The address of this page with an item's panel open. */
export function useItemLink(): (itemId: string) => string {
  const { search } = useLocation()
  return itemId => {
    const params = new URLSearchParams(search)
    params.set('item', itemId)
    return `?${params}`
  }
}
