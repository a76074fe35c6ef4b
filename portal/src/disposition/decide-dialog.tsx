/** Deciding on what waits for a review: let it go, keep it for longer, or put a label on it; on one or on many. */
import { Field, Input, Select, Textarea } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './disposition.module.css'
import { reviewTexts } from './review-texts.ts'

type Filing = { readonly mailboxId: number; readonly itemId: string }
type Decided = Awaited<ReturnType<typeof client.decideDispositionReviews>>

export type Deciding = {
  readonly act: 'approve' | 'extend' | 'relabel'
  readonly filings: readonly Filing[]
}

type Props = {
  readonly deciding: Deciding
  readonly twoPersons: boolean
  readonly onDone: () => void
  readonly onClose: () => void
}

const PARTS = ['years', 'months', 'days'] as const
const LETTERS = { years: 'Y', months: 'M', days: 'D' } as const

export function DecideDialog({ deciding: { act, filings }, twoPersons, onDone, onClose }: Props) {
  const t = useTexts(reviewTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [comment, setComment] = useState('')
  const [typed, setTyped] = useState('')
  const [parts, setParts] = useState({ years: '1', months: '', days: '' })
  const [labelId, setLabel] = useState('')
  const count = filings.length
  const period = periodOf(parts)
  const decide = useMutation({
    mutationFn: () =>
      client.decideDispositionReviews({
        body: {
          filings: [...filings],
          decision:
            act === 'approve'
              ? { act }
              : act === 'extend'
                ? { act, period: period ?? '' }
                : { act, labelId: Number(labelId) },
          comment,
        },
      }),
    onSuccess: async answer => {
      await queries.invalidateQueries({ queryKey: ['disposition'] })
      await queries.invalidateQueries({ queryKey: ['explanation'] })
      showDone(saidOf(answer, t))
      onClose()
      onDone()
    },
  })
  const mustType = act === 'approve' && count > 1
  const isSound =
    comment.trim() !== '' &&
    (act === 'approve' || (act === 'extend' ? period !== null : labelId !== '')) &&
    (!mustType || typed.trim() === String(count))
  return (
    <FormDialog
      title={t(`${act}-title`, { count })}
      isAlert={act === 'approve'}
      act={t(act)}
      isReady={isSound && !decide.isPending}
      onSubmit={() => decide.mutate()}
      error={decide.error}
      onClose={onClose}
    >
      <div className={styles.form}>
        <span>{t(`${act}-text`)}</span>
        {act === 'approve' && twoPersons && <Notice>{t('approve-second')}</Notice>}
        {act === 'extend' && (
          <div>
            <div className={styles.period}>
              {PARTS.map(part => (
                <Field key={part} label={t(part)}>
                  <Input
                    className={styles.narrow!}
                    input={{ className: styles.narrow! }}
                    inputMode="numeric"
                    value={parts[part]}
                    onChange={(_, { value }) => setParts(present => ({ ...present, [part]: value }))}
                  />
                </Field>
              ))}
            </div>
            {period === null && <p className={styles.second}>{t('needsPeriod')}</p>}
          </div>
        )}
        {act === 'relabel' && <LabelChoice value={labelId} onChange={setLabel} />}
        <Field label={t('comment')} hint={t('commentHint')} required>
          <Textarea
            maxLength={4_000}
            resize="vertical"
            value={comment}
            onChange={(_, { value }) => setComment(value)}
          />
        </Field>
        {mustType && (
          <Field label={w('typeToConfirm', { word: String(count) })}>
            <Input autoComplete="off" value={typed} onChange={(_, { value }) => setTyped(value)} />
          </Field>
        )}
      </div>
    </FormDialog>
  )
}

function LabelChoice({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (id: string) => void
}) {
  const t = useTexts(reviewTexts)
  const query = useQuery({
    queryKey: ['labels', 'choices'],
    queryFn: ({ signal }) => client.listLabels({ retired: 'false', signal }),
    staleTime: 60_000,
  })
  const labels = query.data?.rows ?? []
  return (
    <Field
      label={t('label')}
      required
      {...(query.data && labels.length === 0 ? { hint: t('noLabels') } : {})}
    >
      <Select value={value} onChange={(_, { value: id }) => onChange(id)}>
        <option value="" />
        {labels.map(each => (
          <option key={each.labelId} value={each.labelId}>
            {each.name}
          </option>
        ))}
      </Select>
    </Field>
  )
}

function saidOf(
  { decided, waitingForSecond }: Decided,
  t: ReturnType<typeof useTexts<typeof reviewTexts.en>>,
): string {
  const gone = decided - waitingForSecond
  return [
    ...(gone > 0 ? [t('decided', { count: gone })] : []),
    ...(waitingForSecond > 0 ? [t('second', { count: waitingForSecond })] : []),
  ].join('. ')
}

/** A period of ISO 8601 from what was entered; null if that is none. */
function periodOf(parts: Readonly<Record<(typeof PARTS)[number], string>>): string | null {
  let text = ''
  for (const part of PARTS) {
    const entered = parts[part].trim()
    if (entered === '' || entered === '0') continue
    if (!/^[1-9]\d{0,3}$/.test(entered)) return null
    text += entered + LETTERS[part]
  }
  return text === '' ? null : `P${text}`
}
