/** The label of a message in one mailbox, and putting one on or taking it off, for who may. */
import { Button, Field, Select } from '@fluentui/react-components'
import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type Explanation } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import styles from './explanation.module.css'
import { explanationTexts } from './explanation-texts.ts'

type Filing = Explanation['filings'][number]
type Props = { readonly itemId: string; readonly of: Filing }

export function ExplanationLabel({ itemId, of }: Props) {
  const t = useTexts(explanationTexts)
  const mayLabel = useHoldsRole('Retention Management')
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'put' | 'take' | null>(null)
  const close = () => setAsking(null)
  const { label, mailboxId } = of
  const copies = [{ mailboxId, itemId }]
  const after = async (said: string) => {
    await queries.invalidateQueries({ queryKey: ['explanation', itemId] })
    showDone(said)
  }
  return (
    <div className={styles.label}>
      <TagRegular aria-hidden />
      <span>
        {t('label')}:{' '}
        <span className={styles.labelName}>{label === null ? t('noLabel') : nameOf(label)}</span>
        {label !== null && <span className={styles.quiet}> {t(`labelBy-${label.by}`)}</span>}
        {of.labelTakenOff && <span className={styles.quiet}> {t('takenOff')}</span>}
      </span>
      {mayLabel && (
        <Button size="small" onClick={() => setAsking('put')}>
          {label === null ? t('putOn') : t('changeLabel')}
        </Button>
      )}
      {mayLabel && label !== null && (
        <Button size="small" appearance="subtle" onClick={() => setAsking('take')}>
          {t('takeOff')}
        </Button>
      )}
      {asking === 'put' && (
        <PutOn
          copies={copies}
          present={label?.labelId ?? null}
          onDone={() => after(t('labelDone'))}
          onClose={close}
        />
      )}
      {asking === 'take' && label !== null && (
        <Confirm
          title={t('takeOffTitle', { name: nameOf(label) })}
          act={t('takeOff')}
          onConfirm={async () => {
            await client.takeLabelOff({ body: { on: { type: 'copies', copies } } })
            await after(t('labelOff'))
          }}
          onClose={close}
        >
          {t('takeOffText')}
        </Confirm>
      )}
    </div>
  )
}

const nameOf = ({ labelId, name }: NonNullable<Filing['label']>): string => name ?? String(labelId)

type PutOnProps = {
  readonly copies: readonly { readonly mailboxId: number; readonly itemId: string }[]
  readonly present: number | null
  readonly onDone: () => Promise<void>
  readonly onClose: () => void
}

function PutOn({ copies, present, onDone, onClose }: PutOnProps) {
  const t = useTexts(explanationTexts)
  const [labelId, setLabel] = useState('')
  const query = useQuery({
    queryKey: ['labels', 'choices'],
    queryFn: ({ signal }) => client.listLabels({ retired: 'false', signal }),
    staleTime: 60_000,
  })
  const labels = (query.data?.rows ?? []).filter(each => each.labelId !== present)
  const put = useMutation({
    mutationFn: () =>
      client.putLabel({
        labelId: Number(labelId),
        body: { on: { type: 'copies', copies: [...copies] } },
      }),
    onSuccess: async () => {
      await onDone()
      onClose()
    },
  })
  return (
    <FormDialog
      title={t(present === null ? 'putOn' : 'changeLabel')}
      act={t('putOn')}
      isReady={labelId !== '' && !put.isPending}
      onSubmit={() => put.mutate()}
      error={put.error ?? query.error}
      onClose={onClose}
    >
      <Field
        label={t('chooseLabel')}
        required
        hint={query.data !== undefined && labels.length === 0 ? t('noLabels') : t('labelHow')}
      >
        <Select value={labelId} onChange={(_, { value }) => setLabel(value)}>
          <option value="" />
          {labels.map(each => (
            <option key={each.labelId} value={each.labelId}>
              {each.name}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  )
}
