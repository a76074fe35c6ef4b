/** How much a search finds, by mailbox and by kind, and exactly what it could not see. */
import { Button } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { client, type SearchEstimate } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { Bytes, Count } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Restricted } from '../parts/restricted.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { bodyOf, type Draft } from './draft.ts'
import { partiallyTexts } from './partially-texts.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

/** Mailboxes that are listed at first. */
const SHOWN = 8

export function SearchEstimatePanel({ asked }: { readonly asked: Draft | null }) {
  const t = useTexts(searchTexts)
  const query = useQuery({
    queryKey: ['search-estimate', asked],
    queryFn: ({ signal }) => client.estimateSearch({ body: bodyOf(asked!), signal }),
    enabled: asked !== null,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  })
  return (
    <div className={styles.side}>
      <Section title={t('estimate')}>
        {asked === null && <p className={styles.quiet}>{t('estimateNothing')}</p>}
        {query.error instanceof Problem && (
          <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
        )}
        {asked !== null && query.data === undefined && query.error === null && (
          <SkeletonBlock height="200px" />
        )}
        {query.data !== undefined && <EstimateShown of={query.data} />}
      </Section>
    </div>
  )
}

type Shown = Omit<SearchEstimate, 'at'> & { readonly at: string | null }

export function EstimateShown({ of }: { readonly of: Shown }) {
  const t = useTexts(searchTexts)
  const [language] = useLanguage()
  // In a narrow window it stands before the results, which should not be far below.
  const [isWide] = useState(() => window.matchMedia('(min-width: 1100px)').matches)
  return (
    <div className={styles.stack}>
      <p className={styles.total} aria-live="polite">
        <strong>
          <Count value={of.items} />
        </strong>{' '}
        {t('items').toLowerCase()} · <Bytes value={of.bytes} />
      </p>
      <Unseen of={of} />
      <Restricted items={of.restricted} />
      {of.byKind.length > 0 && (
        <details className={styles.fold} open={isWide}>
          <summary>{t('byKind')}</summary>
          <Kinds of={of.byKind} />
        </details>
      )}
      {of.byMailbox.length > 0 && (
        <details className={styles.fold} open={isWide}>
          <summary>{t('byMailbox')}</summary>
          <Mailboxes of={of.byMailbox} />
        </details>
      )}
      {of.at !== null && (
        <p className={styles.quiet}>{t('estimateAt', { time: momentText(of.at, language, 'seconds') })}</p>
      )}
    </div>
  )
}

/** What a search could not look into, said whether or not there is any. */
export function Unseen({
  of,
}: {
  readonly of: { readonly partiallyIndexed: number | null; readonly notYetIndexed: number | null }
}) {
  const t = useTexts(searchTexts)
  const p = useTexts(partiallyTexts)
  const [partial, waiting] = [of.partiallyIndexed ?? 0, of.notYetIndexed ?? 0]
  const nothing = partial + waiting === 0
  return (
    <div className={styles.unseen} data-nothing={nothing}>
      <h3>
        {nothing ? <CheckmarkCircleRegular aria-hidden /> : <EyeOffRegular aria-hidden />}
        {t('unseen')}
      </h3>
      {nothing && <p>{t('unseenNothing')}</p>}
      {!nothing && (
        <>
          <ul>
            {partial > 0 && <li>{t('unseenPartial', { count: partial })}</li>}
            {waiting > 0 && <li>{t('unseenWaiting', { count: waiting })}</li>}
          </ul>
          <p>
            {t('unseenWhy')} <Link to="/content-search/partially-indexed">{p('seeWhich')}</Link>
          </p>
        </>
      )}
    </div>
  )
}

function Kinds({ of }: { readonly of: SearchEstimate['byKind'] }) {
  const t = useTexts(searchTexts)
  const m = useTexts(mailboxTexts)
  return (
    <Shares
      caption={t('byKind')}
      rows={of.map(each => ({
        key: each.kind,
        name: m(`kind_${each.kind}` as 'kind_sms'),
        items: each.items,
        bytes: each.bytes,
      }))}
    />
  )
}

function Mailboxes({ of }: { readonly of: SearchEstimate['byMailbox'] }) {
  const t = useTexts(searchTexts)
  const m = useTexts(mailboxTexts)
  const [all, setAll] = useState(false)
  const rows = all ? of : of.slice(0, SHOWN)
  const nameOf = (address: string, displayName: string) =>
    address === 'unmapped' || address === 'quarantine' ? m(address) : displayName
  return (
    <div>
      <Shares
        caption={t('byMailbox')}
        rows={rows.map(each => ({
          key: String(each.mailboxId),
          name: nameOf(each.address, each.displayName),
          title: each.address,
          items: each.items,
          bytes: each.bytes,
        }))}
      />
      {of.length > rows.length && (
        <Button size="small" appearance="transparent" onClick={() => setAll(true)}>
          {t('moreMailboxes', { count: of.length - rows.length })}
        </Button>
      )}
      <p className={styles.quiet}>{t('copies')}</p>
    </div>
  )
}

type ShareRow = {
  readonly key: string
  readonly name: string
  readonly title?: string
  readonly items: number
  readonly bytes: number
}

function Shares({ caption, rows }: { readonly caption: string; readonly rows: readonly ShareRow[] }) {
  const t = useTexts(searchTexts)
  return (
    <table className={styles.shares}>
      <caption className="unseen">{caption}</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{caption}</th>
          <th scope="col">{t('items')}</th>
          <th scope="col">{t('size')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.key}>
            <th scope="row" title={row.title}>
              {row.name}
            </th>
            <td>
              <Count value={row.items} />
            </td>
            <td>
              <Bytes value={row.bytes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
