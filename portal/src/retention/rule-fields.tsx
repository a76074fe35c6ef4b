/** What a policy or a label does: keep, delete, both; for how long; counted from what; reviewed or not. */
import { Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { Link } from 'react-router'
import { useTexts } from '../parts/language.ts'
import { Rich } from '../parts/rich.tsx'
import { useEventTypes } from './event-types.ts'
import styles from './retention.module.css'
import { type Action, deletes, type RuleDraft, STARTS, type Start } from './rule-draft.ts'
import { retentionTexts } from './texts.ts'

type Props = {
  readonly draft: RuleDraft
  readonly change: (changes: Partial<RuleDraft>) => void
  readonly mistakes: ReadonlySet<string>
  /** Those that can be chosen, in their order. */
  readonly actions: readonly Action[]
  /** Action and start stay as they are. */
  readonly isFixed?: boolean
  /** What it was locked as: what is kept for ever stays so, and what is reviewed. */
  readonly locked?: RuleDraft | null
}

export function RuleFields({ draft, change, mistakes, actions, isFixed = false, locked = null }: Props) {
  const t = useTexts(retentionTexts)
  const { action, isEver } = draft
  const isCounted = action !== 'none' && !(action === 'retain' && isEver)
  return (
    <div className={styles.form}>
      <Field label={t('action')}>
        <RadioGroup
          value={action}
          disabled={isFixed}
          onChange={(_, { value }) => change({ action: actions.find(each => each === value) ?? action })}
        >
          {actions.map(each => (
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
      {action !== 'none' && (
        <PeriodFields
          draft={draft}
          change={change}
          isWrong={mistakes.has('period')}
          isLockedEver={locked?.isEver === true}
          isCounted={isCounted}
        />
      )}
      {isCounted && (
        <StartFields draft={draft} change={change} isWrong={mistakes.has('eventType')} isFixed={isFixed} />
      )}
      {deletes(draft) && (
        <Field hint={t('reviewHint')}>
          <Checkbox
            label={t('reviewField')}
            checked={draft.review}
            disabled={locked?.review === true}
            onChange={(_, { checked }) => change({ review: checked === true })}
          />
        </Field>
      )}
    </div>
  )
}

type PartProps = Pick<Props, 'draft' | 'change'> & { readonly isWrong: boolean }

function PeriodFields(props: PartProps & { readonly isLockedEver: boolean; readonly isCounted: boolean }) {
  const { draft, change, isWrong, isLockedEver, isCounted } = props
  const t = useTexts(retentionTexts)
  const { action, isEver, period } = draft
  const legend = t(action === 'delete' ? 'periodAfter' : 'period')
  return (
    <fieldset className={styles.part}>
      <legend>{legend}</legend>
      {action === 'retain' && (
        <RadioGroup
          layout="horizontal"
          aria-label={legend}
          value={isEver ? 'ever' : 'fixed'}
          onChange={(_, { value }) => change({ isEver: value === 'ever' })}
        >
          <Radio value="fixed" label={t('fixed')} disabled={isLockedEver} />
          <Radio value="ever" label={t('ever')} />
        </RadioGroup>
      )}
      {isCounted && (
        <div className={styles.period}>
          {(['years', 'months', 'days'] as const).map(unit => (
            <Field key={unit} label={t(`${unit}Field`)} {...(isWrong ? { validationState: 'error' } : {})}>
              <Input
                inputMode="numeric"
                autoComplete="off"
                maxLength={5}
                value={period[unit]}
                onChange={(_, { value }) => change({ period: { ...period, [unit]: value } })}
              />
            </Field>
          ))}
        </div>
      )}
      {isWrong && (
        <span className={styles.wrong} role="alert">
          {t('needs-period')}
        </span>
      )}
    </fieldset>
  )
}

function StartFields({ draft, change, isWrong, isFixed }: PartProps & { readonly isFixed: boolean }) {
  const t = useTexts(retentionTexts)
  const types = useEventTypes()
  return (
    <>
      <Field
        label={t('start')}
        className={styles.short!}
        {...(draft.start === 'sent' ? { hint: t('startHint') } : {})}
      >
        <Select
          value={draft.start}
          disabled={isFixed}
          onChange={(_, { value }) => change({ start: value as Start })}
        >
          {STARTS.map(each => (
            <option key={each} value={each}>
              {t(`from-${each}`)}
            </option>
          ))}
        </Select>
      </Field>
      {draft.start === 'event' && types.data?.length === 0 && (
        <p className={styles.note}>
          <Rich
            text={t('noEventTypes')}
            with={{ link: words => <Link to="/retention/events/new">{words}</Link> }}
          />
        </p>
      )}
      {draft.start === 'event' && types.data?.length !== 0 && (
        <Field
          label={t('eventType')}
          required
          hint={t('eventHint')}
          className={styles.short!}
          {...(isWrong ? { validationMessage: t('needs-eventType') } : {})}
        >
          <Select
            value={draft.eventTypeId === null ? '' : String(draft.eventTypeId)}
            disabled={isFixed}
            onChange={(_, { value }) => change({ eventTypeId: value === '' ? null : Number(value) })}
          >
            <option value="" />
            {(types.data ?? []).map(({ eventTypeId, name }) => (
              <option key={eventTypeId} value={eventTypeId}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  )
}
