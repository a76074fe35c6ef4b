/** The fields of a hold, for placing one and for changing one. */
import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { useWords } from '../parts/words.ts'
import { QueryBox } from '../search/query-box.tsx'
import type { Draft, Mistake } from './draft.ts'
import styles from './holds.module.css'
import { MailboxField } from './mailbox-field.tsx'
import { placingTexts } from './placing-texts.ts'

type Props = {
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
  readonly mistakes: ReadonlySet<Mistake>
  /** What kind it is stays as it is. */
  readonly isFixed: boolean
  readonly onSubmit: () => void
}

export function HoldFields({ draft, change, mistakes, isFixed, onSubmit }: Props) {
  const t = useTexts(placingTexts)
  const w = useWords()
  const wrong = (mistake: Mistake) =>
    mistakes.has(mistake) ? { validationMessage: t(`needs-${mistake}`) } : {}
  return (
    <div className={styles.column}>
      <Section title={t('what')}>
        <div className={styles.form}>
          {!isFixed && (
            <Field label={t('kind')}>
              <RadioGroup
                value={draft.kind}
                onChange={(_, { value }) => change({ kind: value === 'query' ? 'query' : 'litigation' })}
              >
                <Radio value="litigation" label={{ children: <Choice kind="litigation" /> }} />
                <Radio value="query" label={{ children: <Choice kind="query" /> }} />
              </RadioGroup>
            </Field>
          )}
          {draft.kind === 'query' && (
            <div className={styles.form}>
              <QueryBox value={draft.query} onChange={query => change({ query })} onRun={onSubmit} />
              {mistakes.has('query') && (
                <span className={styles.wrong} role="alert">
                  {t('needs-query')}
                </span>
              )}
              <p className={styles.note}>{t('queryNote')}</p>
            </div>
          )}
          <MailboxField
            value={draft.mailboxIds}
            onChange={mailboxIds => change({ mailboxIds })}
            problem={mistakes.has('mailboxes') ? t('needs-mailboxes') : null}
          />
          <Field label={t('days')} hint={t('daysHint')} className={styles.short!} {...wrong('days')}>
            <Input
              inputMode="numeric"
              autoComplete="off"
              placeholder={t('ever')}
              value={draft.days}
              onChange={(_, { value }) => change({ days: value })}
            />
          </Field>
        </div>
      </Section>
      <Section title={t('why')}>
        <div className={styles.form}>
          <Field label={w('name')} required {...wrong('name')}>
            <Input
              autoComplete="off"
              maxLength={200}
              value={draft.name}
              onChange={(_, { value }) => change({ name: value })}
            />
          </Field>
          <Field label={t('reason')} required hint={t('reasonHint')} {...wrong('reason')}>
            <Textarea
              maxLength={4_000}
              resize="vertical"
              value={draft.reason}
              onChange={(_, { value }) => change({ reason: value })}
            />
          </Field>
          <Field label={t('note')} hint={t('noteHint')}>
            <Textarea
              maxLength={4_000}
              resize="vertical"
              value={draft.note}
              onChange={(_, { value }) => change({ note: value })}
            />
          </Field>
          <Field label={t('link')} {...wrong('link')}>
            <Input
              type="url"
              autoComplete="off"
              placeholder="https://"
              value={draft.link}
              onChange={(_, { value }) => change({ link: value })}
            />
          </Field>
        </div>
      </Section>
    </div>
  )
}

function Choice({ kind }: { readonly kind: Draft['kind'] }) {
  const t = useTexts(placingTexts)
  return (
    <span className={styles.stack}>
      <span>{t(`kind-${kind}`)}</span>
      <span className={styles.second}>{t(`kind-${kind}-text`)}</span>
    </span>
  )
}
