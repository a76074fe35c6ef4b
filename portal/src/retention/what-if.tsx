/** What a policy would do: how much in which mailboxes, and the earliest copies that something would change for. */
import { useQuery } from '@tanstack/react-query'
import { client, type RetentionWhatIf } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Count } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'

export type Question = Parameters<typeof client.retentionWhatIf>[0]['body']

const CHANGES = ['retained', 'released', 'deleted', 'spared', 'dueAtOnce'] as const

type Copy = RetentionWhatIf['earliest'][number]
type Mailbox = RetentionWhatIf['byMailbox'][number]

/** `isShort` leaves the tables out. */
export function WhatIfAnswer({ of, isShort = false }: { readonly of: Question; readonly isShort?: boolean }) {
  const t = useTexts(policyTexts)
  const query = useQuery({
    queryKey: ['retention', 'what-if', of],
    queryFn: ({ signal }) => client.retentionWhatIf({ body: of, signal }),
    // What was worked out is of its moment; whoever asks again has it worked out again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <Progress stage={t('whatIfWait')} done={0} total={null} />
  return (
    <div className={styles.form} role="status">
      <Figures of={query.data} />
      {!isShort && query.data.byMailbox.length > 0 && <ByMailbox of={query.data} />}
      {!isShort && query.data.earliest.length > 0 && <Earliest of={query.data} />}
    </div>
  )
}

function Figures({ of: { total, mailboxes, at } }: { readonly of: RetentionWhatIf }) {
  const t = useTexts(policyTexts)
  const [language] = useLanguage()
  const changes = CHANGES.filter(name => total[name] > 0)
  const asOf = t('whatIfAt', { at: momentText(at, language) })
  if (changes.length === 0)
    return (
      <Notice title={t('whatIfNothing')}>
        {t('whatIfNothingText', { count: mailboxes })} {asOf}
      </Notice>
    )
  return (
    <>
      {total.dueAtOnce > 0 && (
        <Notice kind="warning" title={t('dueWarning', { count: total.dueAtOnce })}>
          {t('dueText')} {total.held > 0 && t('dueHeld', { count: total.held })}
        </Notice>
      )}
      <dl className={styles.figures}>
        {changes.map(name => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>
              <Count value={total[name]} />
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>
        {t('ofCopies', { count: total.copies })} {asOf}
      </p>
    </>
  )
}

function ByMailbox({ of: { byMailbox, changedMailboxes, total } }: { readonly of: RetentionWhatIf }) {
  const t = useTexts(policyTexts)
  const w = useWords()
  return (
    <div className={styles.tight}>
      <h3 className={styles.lead}>{t('byMailbox')}</h3>
      {changedMailboxes > byMailbox.length && (
        <p className={styles.note}>{t('shownOf', { shown: byMailbox.length, count: changedMailboxes })}</p>
      )}
      <div className={styles.tall}>
        <DataTable<Mailbox>
          label={t('byMailbox')}
          page={allRows({ data: byMailbox, error: null, refetch: () => undefined })}
          rowKey={row => row.mailboxId}
          empty={null}
          columns={[
            {
              key: 'mailbox',
              header: w('mailbox'),
              cell: row => (
                <span className={styles.stack}>
                  <span>{row.displayName || row.address}</span>
                  <span className={styles.second}>{row.address}</span>
                </span>
              ),
            },
            ...CHANGES.filter(name => total[name] > 0).map(name => ({
              key: name,
              header: t(`column-${name}`),
              width: '130px',
              align: 'end' as const,
              cell: (row: Mailbox) => <Count value={row[name]} />,
            })),
          ]}
        />
      </div>
    </div>
  )
}

function Earliest({ of: { earliest } }: { readonly of: RetentionWhatIf }) {
  const t = useTexts(policyTexts)
  const w = useWords()
  return (
    <div className={styles.tight}>
      <h3 className={styles.lead}>{t('earliest')}</h3>
      <div className={styles.tall}>
        <DataTable<Copy>
          label={t('earliest')}
          page={allRows({ data: earliest, error: null, refetch: () => undefined })}
          rowKey={row => `${row.itemId} ${row.mailboxId}`}
          empty={null}
          columns={[
            { key: 'date', header: t('date'), width: '180px', cell: row => <Moment at={row.date} /> },
            { key: 'mailbox', header: w('mailbox'), cell: row => row.address },
            { key: 'now', header: t('nowIs'), cell: row => <Decided of={row.before} /> },
            { key: 'then', header: t('afterwards'), cell: row => <Decided of={row.after} /> },
          ]}
        />
      </div>
    </div>
  )
}

function Decided({ of: { retainUntil, deleteAt } }: { readonly of: Copy['before'] }) {
  const t = useTexts(policyTexts)
  const [language] = useLanguage()
  const day = (at: string) => momentText(at, language, 'date')
  const kept =
    retainUntil === null
      ? t('notKept')
      : retainUntil === 'ever'
        ? t('keptEver')
        : t('keptUntil', { day: day(retainUntil) })
  return (
    <>
      {kept}, {deleteAt === null ? t('notDeleted') : t('deletedOn', { day: day(deleteAt) })}
    </>
  )
}
