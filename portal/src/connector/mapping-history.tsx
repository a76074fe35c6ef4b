/** Who changed which line of the mapping, when, and by what: of all lines in a panel, or of one. */
import { Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'react-router'
import { client, type MappingChange } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './connector.module.css'
import { lineTexts } from './mapping-texts.ts'
import { Party } from './party.tsx'
import { SearchField } from './search-field.tsx'
import { connectorKey, useConnector } from './use-connector.ts'
import { useValidity } from './validity.tsx'

export function MappingHistory() {
  const t = useTexts(lineTexts)
  const { connectorId } = useConnector()
  const { search: filters } = useLocation()
  const [search, setSearch] = useState('')
  return (
    <SidePanel title={t('historyTitle')} subtitle={t('historyText')} closeTo={`..${filters}`} wide>
      <div className={styles.stack}>
        <SearchField label={t('search')} value={search} onSearch={setSearch} />
        <Changes connectorId={connectorId} search={search} />
      </div>
    </SidePanel>
  )
}

type Props = { readonly connectorId: number; readonly entryId?: string; readonly search?: string }

export function Changes({ connectorId, entryId, search }: Props) {
  const t = useTexts(lineTexts)
  const query = useInfiniteQuery({
    queryKey: [...connectorKey(connectorId), 'mapping-changes', entryId ?? '', search ?? ''],
    queryFn: ({ pageParam, signal }) =>
      client.listMappingChanges({
        connectorId,
        entryId,
        search,
        limit: 50,
        after: pageParam ?? undefined,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} plain />
  if (query.data === undefined) return <SkeletonBlock height="120px" />
  const changes = query.data.pages.flatMap(page => page.rows)
  if (changes.length === 0) return <p className={styles.quiet}>{t('historyNone')}</p>
  return (
    <>
      <ol className={styles.changes}>
        {changes.map(change => (
          <Change key={change.changeId} of={change} named={entryId === undefined} />
        ))}
      </ol>
      {query.hasNextPage && (
        <div>
          <Button
            size="small"
            disabledFocusable={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t('earlier')}
          </Button>
        </div>
      )}
    </>
  )
}

function Change({ of, named }: { readonly of: MappingChange; readonly named: boolean }) {
  const t = useTexts(lineTexts)
  const [language] = useLanguage()
  const validity = useValidity()
  return (
    <li>
      {named && (
        <strong>
          <Party name={of.externalUserId} />
        </strong>
      )}
      {of.before !== null && (
        <s className={styles.was}>
          {t('was', { mailbox: of.before.mailboxAddress, valid: validity(of.before) })}
        </s>
      )}
      <span>
        {t(of.operation, { mailbox: of.mailboxAddress })}, {validity(of)}
      </span>
      <span className={styles.second}>
        {t('when', {
          when: momentText(of.changedAt, language),
          who: of.changedBy.replace(/^person:/, ''),
          cause: t(`cause ${of.cause}`),
        })}
      </span>
    </li>
  )
}
