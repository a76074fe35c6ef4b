/** How the package is handed over: encrypted or not, downloaded or put into storage, and for how long it is there. */
import { Button, Field, Input } from '@fluentui/react-components'
import { SparkleRegular } from '@fluentui/react-icons/svg/sparkle'
import { useState } from 'react'
import { useTexts } from '../parts/language.ts'
import { PasswordInput } from '../parts/password-input.tsx'
import { Section } from '../parts/section.tsx'
import { ChoiceCards } from './choice-cards.tsx'
import {
  type Change,
  type Draft,
  ENCRYPTIONS,
  type Mistake,
  madeUp,
  PASS_PHRASE_MIN,
  strengthOf,
} from './draft.ts'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'

type Props = { readonly draft: Draft; readonly change: Change; readonly mistakes: ReadonlySet<Mistake> }

export function HandingPart({ draft, change, mistakes }: Props) {
  const t = useTexts(makingTexts)
  return (
    <Section title={t('handing')}>
      <div className={styles.form}>
        <ChoiceCards
          legend={t('encryption')}
          value={draft.encryption}
          onChoose={encryption => change({ encryption })}
          choices={ENCRYPTIONS.map(value => ({
            value,
            title: t(`encryption-${value}`),
            text: t(`encryption-${value}-text`),
          }))}
        />
        {draft.encryption === 'pass-phrase' && (
          <PassPhrase draft={draft} change={change} mistakes={mistakes} />
        )}
        {draft.encryption === 'recipient' && (
          <Field
            label={t('recipient')}
            hint={t('recipientHint')}
            {...(mistakes.has('recipient') ? { validationMessage: t('recipientWrong') } : {})}
          >
            <Input
              value={draft.recipient}
              maxLength={4000}
              autoComplete="off"
              spellCheck={false}
              onChange={(_, { value }) => change({ recipient: value })}
            />
          </Field>
        )}
        <ChoiceCards
          legend={t('destination')}
          value={draft.destination}
          onChoose={destination => change({ destination })}
          choices={[
            { value: 'download', title: t('toDownload'), text: t('toDownloadText') },
            { value: 'storage', title: t('toStorage'), text: t('toStorageText') },
          ]}
        >
          {mistakes.has('storage') && (
            <span className={styles.wrong} role="alert">
              {t('storageEncrypted')}
            </span>
          )}
        </ChoiceCards>
        {draft.destination === 'download' && (
          <Field
            className={styles.short!}
            label={t('expires')}
            hint={t('expiresHint')}
            {...(mistakes.has('expires') ? { validationMessage: t('expiresWrong') } : {})}
          >
            <Input
              inputMode="numeric"
              value={draft.expires}
              onChange={(_, { value }) => change({ expires: value })}
            />
          </Field>
        )}
      </div>
    </Section>
  )
}

function PassPhrase({ draft, change, mistakes }: Props) {
  const t = useTexts(makingTexts)
  const [suggested, setSuggested] = useState<string | null>(null)
  const { passPhrase, again } = draft
  const strength = passPhrase.length >= PASS_PHRASE_MIN ? strengthOf(passPhrase) : null
  const suggest = () => {
    const phrase = madeUp()
    setSuggested(phrase)
    change({ passPhrase: phrase, again: phrase })
  }
  return (
    <div className={styles.form}>
      <div className={styles.pair}>
        <Field
          label={t('passPhrase')}
          {...(mistakes.has('passPhrase') ? { validationMessage: t('tooShort') } : {})}
          {...(strength === null
            ? { hint: t('tooShort') }
            : {
                validationState:
                  strength === 'weak'
                    ? ('warning' as const)
                    : strength === 'good'
                      ? ('success' as const)
                      : ('none' as const),
                validationMessage: t(`strength-${strength}`),
              })}
        >
          <PasswordInput
            value={passPhrase}
            autoComplete="new-password"
            onChange={(_, { value }) => change({ passPhrase: value })}
          />
        </Field>
        <Field
          label={t('again')}
          {...(mistakes.has('again') || (again !== '' && !passPhrase.startsWith(again))
            ? { validationMessage: t('notSame') }
            : {})}
        >
          <PasswordInput
            value={again}
            autoComplete="new-password"
            onChange={(_, { value }) => change({ again: value })}
          />
        </Field>
      </div>
      <div className={styles.suggestion}>
        <Button size="small" icon={<SparkleRegular />} onClick={suggest}>
          {t('suggest')}
        </Button>
        {suggested !== null && suggested === passPhrase && (
          <span role="status">
            <code className={styles.phrase}>{suggested}</code> {t('suggested')}
          </span>
        )}
      </div>
    </div>
  )
}
