/** The numbers and addresses of a person, each with the time that it was theirs. */
import { Button, Field, Input } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import { type IdentityLine, lineOf } from './draft.ts'
import { enteringTexts } from './entering-texts.ts'
import styles from './erasure.module.css'

type Props = {
  readonly lines: readonly IdentityLine[]
  readonly change: (lines: readonly IdentityLine[]) => void
  readonly isMissing: boolean
}

export function IdentityField({ lines, change, isMissing }: Props) {
  const t = useTexts(enteringTexts)
  const w = useWords()
  const set = (key: number, changes: Partial<IdentityLine>) =>
    change(lines.map(line => (line.key === key ? { ...line, ...changes } : line)))
  return (
    <div className={styles.form}>
      {lines.map((line, index) => (
        <fieldset key={line.key} className={styles.identity}>
          <legend className={styles.unseen}>{t('identityNumbered', { number: index + 1 })}</legend>
          <Field
            label={t('identity')}
            {...(isMissing && index === 0 ? { validationMessage: t('needs-identity') } : {})}
          >
            <Input
              autoComplete="off"
              spellCheck={false}
              placeholder="+44 7700 900123"
              value={line.value}
              onChange={(_, { value }) => set(line.key, { value })}
            />
          </Field>
          <Field label={t('fromOptional')}>
            <Input
              type="date"
              value={line.from}
              onChange={(_, { value }) => set(line.key, { from: value })}
            />
          </Field>
          <Field label={t('toOptional')}>
            <Input type="date" value={line.to} onChange={(_, { value }) => set(line.key, { to: value })} />
          </Field>
          {lines.length > 1 && (
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={w('removeNamed', {
                name: line.value || t('identityNumbered', { number: index + 1 }),
              })}
              onClick={() => change(lines.filter(each => each.key !== line.key))}
            />
          )}
        </fieldset>
      ))}
      <div className={styles.foot}>
        <Button icon={<AddRegular />} onClick={() => change([...lines, lineOf()])}>
          {t('another')}
        </Button>
        <span className={styles.second}>{t('periodHint')}</span>
      </div>
    </div>
  )
}
