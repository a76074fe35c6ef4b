/** The fields of an archive policy, for a new one and for one that is changed. */
import { Checkbox, Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useId } from 'react'
import { useTexts } from '../parts/language.ts'
import { MailboxesField } from '../parts/mailbox-finder.tsx'
import { Section } from '../parts/section.tsx'
import { useWords } from '../parts/words.ts'
import { type Draft, isNever, type Mistake, PERIOD_PARTS } from './draft.ts'
import styles from './in-place-archive.module.css'
import { archiveTexts } from './texts.ts'

type Props = {
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
  readonly mistakes: ReadonlySet<Mistake>
  /** Whether it is the organisation's stays as it is. */
  readonly isFixed: boolean
}

export function PolicyFields({ draft, change, mistakes, isFixed }: Props) {
  const t = useTexts(archiveTexts)
  const w = useWords()
  return (
    <div className={styles.column}>
      <Section title={t('what')}>
        <div className={styles.form}>
          <Field
            label={w('name')}
            required
            {...(mistakes.has('name') ? { validationMessage: t('needs-name') } : {})}
          >
            <Input
              autoComplete="off"
              maxLength={200}
              value={draft.name}
              onChange={(_, { value }) => change({ name: value })}
            />
          </Field>
          <Field label={w('description')}>
            <Textarea
              maxLength={4_000}
              resize="vertical"
              value={draft.description}
              onChange={(_, { value }) => change({ description: value })}
            />
          </Field>
        </div>
      </Section>
      <Section title={t('whom')}>
        <div className={styles.form}>
          {isFixed ? (
            draft.everywhere && <p className={styles.note}>{t('everywhereText')}</p>
          ) : (
            <RadioGroup
              aria-label={t('whom')}
              value={draft.everywhere ? 'everywhere' : 'mailboxes'}
              onChange={(_, { value }) => change({ everywhere: value === 'everywhere' })}
            >
              {(['everywhere', 'mailboxes'] as const).map(choice => (
                <Radio
                  key={choice}
                  value={choice}
                  label={{
                    children: (
                      <span className={styles.stack}>
                        <span>{t(choice === 'everywhere' ? 'organisation' : 'chosen')}</span>
                        <span className={styles.second}>
                          {t(choice === 'everywhere' ? 'everywhereText' : 'chosenText')}
                        </span>
                      </span>
                    ),
                  }}
                />
              ))}
            </RadioGroup>
          )}
          {!draft.everywhere && (
            <>
              <MailboxesField
                label={w('mailboxes')}
                source="archive"
                chosen={draft.mailboxes}
                onChange={mailboxes => change({ mailboxes })}
              />
              {mistakes.has('mailboxes') && <Wrong text={t('needs-mailboxes')} />}
            </>
          )}
        </div>
      </Section>
      <Section title={t('when')}>
        <PeriodFields draft={draft} change={change} isWrong={mistakes.has('period')} />
      </Section>
    </div>
  )
}

function PeriodFields({
  draft,
  change,
  isWrong,
}: Pick<Props, 'draft' | 'change'> & { readonly isWrong: boolean }) {
  const t = useTexts(archiveTexts)
  const label = useId()
  const hint = useId()
  return (
    <div className={styles.form}>
      {!draft.everywhere && (
        <Checkbox
          label={t('never')}
          checked={draft.never}
          onChange={(_, { checked }) => change({ never: checked === true })}
        />
      )}
      {!isNever(draft) && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere
        <div role="group" aria-labelledby={label} aria-describedby={hint} className={styles.tight}>
          <span id={label}>{t('age')}</span>
          <div className={styles.period}>
            {PERIOD_PARTS.map(part => (
              <Field key={part} label={t(`unit-${part}`)}>
                <Input
                  inputMode="numeric"
                  autoComplete="off"
                  maxLength={5}
                  className={styles.number!}
                  value={draft[part]}
                  onChange={(_, { value }) => change({ [part]: value })}
                />
              </Field>
            ))}
          </div>
          <span id={hint} className={styles.second}>
            {t('ageHint')}
          </span>
          {isWrong && <Wrong text={t('needs-period')} />}
        </div>
      )}
    </div>
  )
}

function Wrong({ text }: { readonly text: string }) {
  return (
    <span className={styles.wrong} role="alert">
      {text}
    </span>
  )
}
