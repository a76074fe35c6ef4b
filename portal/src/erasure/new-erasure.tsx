/** Entering a request: whom it is about, what that is, and why; then it is done at once, and cannot be taken back. */
import { Button, Field, Input, Select, Switch, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { client, type ErasurePreview } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { announce } from '../parts/announce.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { BASES, emptyDraft, filled, identitiesOf, lineOfIdentity, mistakesOf } from './draft.ts'
import { enteringTexts } from './entering-texts.ts'
import styles from './erasure.module.css'
import { IdentityField } from './identity-field.tsx'
import { Preview } from './preview.tsx'
import { erasureTexts } from './texts.ts'

export function NewErasure() {
  const t = useTexts(enteringTexts)
  const e = useTexts(erasureTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [first] = useState(emptyDraft)
  const [draft, setDraft] = useState(first)
  const [tried, setTried] = useState(false)
  const [asking, setAsking] = useState<ErasurePreview | null>(null)
  const look = useMutation({
    mutationFn: () => client.previewErasure({ body: { identities: identitiesOf(draft.lines) } }),
    onSuccess: found => announce(t('found', { count: found.items })),
  })
  const enter = useMutation({
    mutationFn: async () => {
      const { basis, reason, reference, includeLater } = draft
      if (basis === '') return
      const body = { identities: identitiesOf(draft.lines), basis, reason, reference, includeLater }
      const { requestId } = await client.requestErasure({ body })
      await queries.invalidateQueries({ queryKey: ['erasure'] })
      showDone(t('done'))
      await navigate(`/erasure/${requestId}`, { replace: true })
    },
  })
  const change = (changes: Partial<typeof draft>) => {
    // What was counted is of the numbers and addresses that were there then.
    if (changes.lines !== undefined) look.reset()
    setDraft(present => ({ ...present, ...changes }))
  }
  const mistakes = tried ? mistakesOf(draft) : new Set()
  const wrong = (mistake: 'basis' | 'reason') =>
    mistakes.has(mistake) ? { validationMessage: t(`needs-${mistake}`) } : {}
  const submit = async () => {
    setTried(true)
    if (mistakesOf(draft).size > 0 || look.isPending) return
    const counted = look.data ?? (await look.mutateAsync().catch(() => null))
    if (counted !== null) setAsking(counted)
  }
  return (
    <Page title={t('title')} purpose={t('purpose')} crumbs={[{ text: e('title'), to: '/erasure' }]} reading>
      <LeaveGuard changed={draft !== first && !enter.isPending && !enter.isSuccess} />
      <div className={styles.column}>
        <Section title={t('whom')}>
          <div className={styles.form}>
            <IdentityField
              lines={draft.lines}
              change={lines => change({ lines })}
              isMissing={mistakes.has('identity')}
            />
            <div className={styles.foot}>
              <Button
                disabledFocusable={look.isPending || filled(draft.lines).length === 0}
                onClick={() => filled(draft.lines).length > 0 && !look.isPending && look.mutate()}
              >
                {t('look')}
              </Button>
              <span className={styles.second}>{t('lookHint')}</span>
            </div>
            {look.isPending && <SkeletonBlock height="120px" />}
            {look.error instanceof Problem && <ProblemNote problem={look.error} />}
            {look.data !== undefined && (
              <Preview
                of={look.data}
                add={identity => change({ lines: [...filled(draft.lines), lineOfIdentity(identity)] })}
              />
            )}
          </div>
        </Section>
        <Section title={t('why')}>
          <div className={styles.form}>
            <Field label={e('basis')} hint={t('basisHint')} {...wrong('basis')}>
              <Select
                value={draft.basis}
                onChange={(_, { value }) => change({ basis: BASES.find(each => each === value) ?? '' })}
              >
                <option value="">{t('choose')}</option>
                {BASES.map(each => (
                  <option key={each} value={each}>
                    {e(`basis-${each}`)}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={e('reason')} hint={t('reasonHint')} {...wrong('reason')}>
              <Textarea
                maxLength={4_000}
                resize="vertical"
                value={draft.reason}
                onChange={(_, { value }) => change({ reason: value })}
              />
            </Field>
            <Field label={e('reference')} hint={t('referenceHint')}>
              <Input
                autoComplete="off"
                maxLength={200}
                value={draft.reference}
                onChange={(_, { value }) => change({ reference: value })}
              />
            </Field>
            <Field hint={t('laterHint')}>
              <Switch
                label={e('includeLater')}
                checked={draft.includeLater}
                onChange={(_, { checked }) => change({ includeLater: checked })}
              />
            </Field>
          </div>
        </Section>
      </div>
      {enter.error instanceof Problem && <ProblemNote problem={enter.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={look.isPending} onClick={() => void submit()}>
          {e('enter')}
        </Button>
        <span className={styles.note}>{t('atOnce')}</span>
      </div>
      {asking !== null && (
        <Confirm
          title={t('confirm')}
          act={t('erase')}
          typed={t('typed')}
          onConfirm={() => enter.mutateAsync()}
          onClose={() => setAsking(null)}
        >
          <p className={styles.said}>
            {asking.erasable === 0 ? t('confirmNothing') : t('confirmErased', { count: asking.erasable })}{' '}
            {asking.copies > asking.erasable && t('confirmKept', { count: asking.copies - asking.erasable })}
          </p>
        </Confirm>
      )}
    </Page>
  )
}
