/** What waits for a disposition review, the longest first; some or one are decided on. */
import { Button, Field, Select } from '@fluentui/react-components'
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark'
import { ClipboardCheckmarkRegular } from '@fluentui/react-icons/svg/clipboard-checkmark'
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass'
import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { useState } from 'react'
import { Outlet, useLocation, useParams } from 'react-router'
import { client, type DispositionReview } from '../client/client.ts'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { DecideDialog, type Deciding } from './decide-dialog.tsx'
import styles from './disposition.module.css'
import { DispositionTabs, useDisposition } from './disposition-tabs.tsx'
import { ReviewState, RuleSaid } from './review-state.tsx'
import { reviewTexts } from './review-texts.ts'
import { dispositionTexts } from './texts.ts'

const EVERY_MS = 15_000
/** What can still be decided on; of what is approved, that it stays. */
export const OPEN = ['pending', 'second', 'approved'] as const
const STATES = ['pending', 'second', 'approved', 'extended', 'relabelled', 'lapsed', 'disposed'] as const

/** The key of a filing, and the last part of the address of its panel. */
export const keyOf = ({ mailboxId, itemId }: Filing): string => `${mailboxId}/${itemId}`
type Filing = { readonly mailboxId: number; readonly itemId: string }

export function ReviewList() {
  const d = useTexts(dispositionTexts)
  const t = useTexts(reviewTexts)
  const m = useTexts(mailboxTexts)
  const w = useWords()
  const [language] = useLanguage()
  const { search } = useLocation()
  const { mailboxId, itemId } = useParams()
  const [{ state: wanted }, change] = useUrlState({ state: '' })
  const [chosen, setChosen] = useState<ReadonlySet<string | number>>(new Set())
  const [deciding, setDeciding] = useState<Deciding | null>(null)
  const status = useDisposition()
  const state = STATES.find(each => each === wanted)
  const isOpen = state === undefined || OPEN.some(each => each === state)
  const page = usePage<DispositionReview>({
    key: ['disposition', 'reviews', state ?? ''],
    read: ({ after, signal }) =>
      client.listDispositionReviews({
        body: { limit: 50, ...(after ? { after } : {}), ...(state ? { states: [state] } : {}) },
        signal,
      }),
    every: EVERY_MS,
  })
  const nameOf = (row: DispositionReview) =>
    [kindOf(row, m, t), ...(row.sentAt === null ? [] : [momentText(row.sentAt, language)])].join(', ')
  return (
    <Page title={d('title')} purpose={d('purpose')}>
      <DispositionTabs />
      <div className={styles.filters}>
        <Field label={t('state')}>
          <Select
            value={state ?? ''}
            onChange={(_, { value }) => {
              setChosen(new Set())
              change({ state: value || null })
            }}
          >
            <option value="">{t('filter-open')}</option>
            {STATES.map(each => (
              <option key={each} value={each}>
                {t(`state-${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {isOpen && (page.rows?.length ?? 0) > 0 && (
        <div className={styles.chosen} data-some={chosen.size > 0}>
          <span aria-live="polite">
            {chosen.size === 0 ? t('chooseSome') : t('chosen', { count: chosen.size })}
          </span>
          {chosen.size === 0 && (
            <Button
              size="small"
              appearance="subtle"
              onClick={() => setChosen(new Set(page.rows?.map(keyOf)))}
            >
              {t('chooseAll')}
            </Button>
          )}
          {chosen.size > 0 && (
            <>
              {DECISIONS.filter(({ act }) => act !== 'approve' || state !== 'approved').map(
                ({ act, Icon }) => (
                  <Button
                    key={act}
                    size="small"
                    icon={<Icon />}
                    onClick={() => setDeciding({ act, filings: filingsOf(chosen) })}
                  >
                    {t(act)}
                  </Button>
                ),
              )}
              <Button size="small" appearance="subtle" onClick={() => setChosen(new Set())}>
                {t('clear')}
              </Button>
            </>
          )}
        </div>
      )}
      <DataTable<DispositionReview>
        label={t('list')}
        page={page}
        rowKey={keyOf}
        {...(isOpen ? { rowLink: (row: DispositionReview) => `${keyOf(row)}${search}` } : {})}
        selected={itemId === undefined ? null : `${mailboxId}/${itemId}`}
        {...(isOpen ? { choosing: { chosen, onChange: setChosen, nameOf } } : {})}
        expected={5}
        empty={
          <EmptyState
            icon={<ClipboardCheckmarkRegular />}
            title={t(state === undefined ? 'none' : 'noneSuch')}
            headingLevel={2}
          >
            {state === undefined && t('noneText')}
          </EmptyState>
        }
        columns={[
          {
            key: 'message',
            header: t('message'),
            cell: row => (
              <>
                {kindOf(row, m, t)} {row.sentAt !== null && <Moment at={row.sentAt} />}
              </>
            ),
          },
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
          { key: 'rule', header: t('rule'), cell: row => <RuleSaid of={row.rule} /> },
          {
            key: 'due',
            header: t('dueSince'),
            width: '130px',
            cell: row => <Moment at={row.dueAt} kind="date" />,
          },
          { key: 'state', header: t('state'), width: '180px', cell: row => <ReviewState of={row} /> },
        ]}
      />
      <Outlet />
      {deciding !== null && (
        <DecideDialog
          deciding={deciding}
          twoPersons={status.data?.settings.twoPersons ?? false}
          onDone={() => setChosen(new Set())}
          onClose={() => setDeciding(null)}
        />
      )}
    </Page>
  )
}

export const DECISIONS = [
  { act: 'approve', Icon: CheckmarkRegular },
  { act: 'extend', Icon: HourglassRegular },
  { act: 'relabel', Icon: TagRegular },
] as const

const filingsOf = (chosen: ReadonlySet<string | number>): Filing[] =>
  [...chosen].map(key => {
    const [mailboxId, itemId] = String(key).split('/')
    return { mailboxId: Number(mailboxId), itemId: itemId ?? '' }
  })

/** *SMS, received*. */
export function kindOf(
  { kind, direction }: Pick<DispositionReview, 'kind' | 'direction'>,
  m: ReturnType<typeof useTexts<typeof mailboxTexts.en>>,
  t: ReturnType<typeof useTexts<typeof reviewTexts.en>>,
): string {
  if (kind === null) return t('gone')
  const name = m(`kind_${kind}` as 'kind_sms')
  return direction === 'in' || direction === 'out' ? `${name}, ${t(`is-${direction}`)}` : name
}
