/** The fields of a policy: what it is called, what it does, where. One that is locked can be extended and no more. */
import { Checkbox, Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { Link } from 'react-router'
import { useTexts } from '../parts/language.ts'
import { Rich } from '../parts/rich.tsx'
import { Section } from '../parts/section.tsx'
import { FilterFields } from './filter-fields.tsx'
import { NamedFields } from './named-fields.tsx'
import { type PolicyDraft, type PolicyMistake, TARGETS } from './policy-draft.ts'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'
import { ACTIONS } from './rule-draft.ts'
import { RuleFields } from './rule-fields.tsx'
import { RuleMailboxes } from './rule-mailboxes.tsx'
import { useScopes } from './scopes.ts'
import { retentionTexts } from './texts.ts'

type Props = {
  readonly draft: PolicyDraft
  readonly change: (changes: Partial<PolicyDraft>) => void
  readonly mistakes: ReadonlySet<PolicyMistake>
  /** The preset that it keeps less than. */
  readonly below: string | null
  /** What a locked policy is set to, which it cannot fall behind. */
  readonly locked: PolicyDraft | null
}

export function PolicyFields({ draft, change, mistakes, below, locked }: Props) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  return (
    <>
      <Section title={r('about')}>
        <div className={styles.form}>
          <NamedFields
            value={draft}
            change={change}
            isNameWrong={mistakes.has('name')}
            hint={t('descriptionHint')}
          />
        </div>
      </Section>
      <Section title={r('what')}>
        <div className={styles.form}>
          <RuleFields
            draft={draft.rule}
            change={changes => change({ rule: { ...draft.rule, ...changes } })}
            mistakes={mistakes}
            actions={ACTIONS}
            isFixed={locked !== null}
            locked={locked?.rule ?? null}
          />
          {below !== null && (
            <Field
              label={t('below', { preset: below })}
              required
              hint={t('belowHint')}
              {...(mistakes.has('below') ? { validationMessage: t('needs-below') } : {})}
            >
              <Textarea
                maxLength={4_000}
                resize="vertical"
                value={draft.belowPreset}
                onChange={(_, { value }) => change({ belowPreset: value })}
              />
            </Field>
          )}
        </div>
      </Section>
      <Section title={r('where')}>
        <div className={styles.form}>
          <Target draft={draft} change={change} mistakes={mistakes} locked={locked} />
          <FilterFields value={draft} change={change} kept={locked} />
        </div>
      </Section>
    </>
  )
}

type TargetProps = Omit<Props, 'below'>

function Target({ draft, change, mistakes, locked }: TargetProps) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const { appliesTo, mailboxIds, excludedIds } = draft
  return (
    <>
      <Field label={t('scopeField')}>
        <RadioGroup
          value={appliesTo}
          disabled={locked !== null}
          onChange={(_, { value }) =>
            change({ appliesTo: TARGETS.find(each => each === value) ?? appliesTo })
          }
        >
          {TARGETS.map(each => (
            <Radio
              key={each}
              value={each}
              label={{
                children: (
                  <span className={styles.stack}>
                    <span>{t(`choose-${each}`)}</span>
                    <span className={styles.second}>{t(`choose-${each}-text`)}</span>
                  </span>
                ),
              }}
            />
          ))}
        </RadioGroup>
      </Field>
      {appliesTo === 'mailboxes' && (
        <RuleMailboxes
          label={t('mailboxes')}
          value={mailboxIds}
          onChange={chosen => change({ mailboxIds: chosen })}
          problem={mistakes.has('mailboxes') ? r('needs-mailboxes') : null}
          kept={locked?.mailboxIds ?? []}
        />
      )}
      {appliesTo === 'all' && (
        <RuleMailboxes
          label={t('leaveOut')}
          value={excludedIds}
          onChange={chosen => change({ excludedIds: chosen })}
          isClosed={locked !== null}
        />
      )}
      {appliesTo === 'scopes' && (
        <ScopeChoice draft={draft} change={change} isWrong={mistakes.has('scopes')} />
      )}
    </>
  )
}

function ScopeChoice(props: Pick<Props, 'draft' | 'change'> & { readonly isWrong: boolean }) {
  const { draft, change, isWrong } = props
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const scopes = useScopes()
  const { scopeIds } = draft
  if (scopes.length === 0)
    return (
      <p className={styles.note}>
        <Rich
          text={t('noScopes')}
          with={{ link: words => <Link to="/retention/scopes/new">{words}</Link> }}
        />
      </p>
    )
  return (
    <fieldset className={styles.part}>
      <legend>{t('scopes')}</legend>
      {scopes.map(({ scopeId, name, members }) => (
        <Checkbox
          key={scopeId}
          checked={scopeIds.includes(scopeId)}
          label={
            <span className={styles.stack}>
              <span>{name}</span>
              <span className={styles.second}>{t('mailboxCount', { count: members })}</span>
            </span>
          }
          onChange={(_, { checked }) =>
            change({
              scopeIds: checked === true ? [...scopeIds, scopeId] : scopeIds.filter(each => each !== scopeId),
            })
          }
        />
      ))}
      {isWrong && (
        <span className={styles.wrong} role="alert">
          {r('needs-scopes')}
        </span>
      )}
    </fieldset>
  )
}
