/** One rule: on or off, its threshold, and after how many days it is told again. */
import {
  Button,
  Field,
  SpinButton,
  type SpinButtonChangeEvent,
  type SpinButtonOnChangeData,
  Switch,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type AlertRule, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { RULES_KEY, useRules } from './rules.tsx'
import { isRule } from './sentence.ts'
import { alertTexts } from './texts.ts'

export function RulePanel() {
  const t = useTexts(alertTexts)
  const { rule: name = '' } = useParams()
  const query = useRules()
  const rule = query.data?.find(each => each.rule === name)
  if (rule === undefined || !isRule(name))
    return (
      <SidePanel title={isRule(name) ? t(`rule-${name}`) : name} closeTo="/alerts/rules">
        {query.data === undefined ? <SkeletonBlock height="200px" /> : <Notice>{t('noSuchRule')}</Notice>}
      </SidePanel>
    )
  // A fresh form whenever somebody else's change has come in.
  return <RuleForm key={`${rule.rule} ${rule.revision}`} rule={rule} />
}

function RuleForm({ rule }: { readonly rule: AlertRule }) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const mayChange = useHoldsRole('Organization Configuration')
  const [enabled, setEnabled] = useState(rule.enabled)
  const [threshold, setThreshold] = useState(rule.threshold)
  const [reminderDays, setReminderDays] = useState<number | null>(rule.reminderDays)
  const { bounds } = rule
  const save = useMutation({
    mutationFn: () =>
      client.changeAlertRule({
        rule: rule.rule,
        revision: rule.revision,
        body: { enabled, threshold, reminderDays: reminderDays ?? 0 },
      }),
    onSuccess: () => {
      showDone(w('saved'))
      void navigate('/alerts/rules', { preventScrollReset: true })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: RULES_KEY }),
  })
  const within = bounds === null || (threshold !== null && threshold >= bounds.min && threshold <= bounds.max)
  return (
    <SidePanel
      title={t(`rule-${rule.rule}`)}
      subtitle={t(`about-${rule.rule}`)}
      closeTo="/alerts/rules"
      {...(mayChange
        ? {
            foot: (
              <Button
                appearance="primary"
                disabledFocusable={save.isPending || !within || reminderDays === null}
                onClick={() => save.mutate()}
              >
                {w('save')}
              </Button>
            ),
          }
        : {})}
    >
      <div className={styles.form}>
        {!mayChange && (
          <Notice>
            <NeededRoles roles={['Organization Configuration']} />
          </Notice>
        )}
        <Switch
          label={t('ruleOn')}
          checked={enabled}
          disabled={!mayChange}
          onChange={(_, { checked }) => setEnabled(checked)}
        />
        {bounds !== null && (
          <Field
            label={t(`ask-${bounds.unit}`)}
            hint={t('boundsHint', { min: bounds.min, max: bounds.max, usual: bounds.default })}
            {...(within ? {} : { validationMessage: t('boundsWrong', { min: bounds.min, max: bounds.max }) })}
          >
            <Whole
              value={threshold}
              min={bounds.min}
              max={bounds.max}
              disabled={!mayChange}
              onChange={setThreshold}
            />
          </Field>
        )}
        <Field label={t('remindAfter')} hint={t('remindHint')}>
          <Whole value={reminderDays} min={0} max={365} disabled={!mayChange} onChange={setReminderDays} />
        </Field>
        {rule.momentary && <Notice>{t('momentary')}</Notice>}
        {rule.changedBy !== null && rule.changedAt !== null && (
          <p className={styles.muted}>
            {t('changedBy', { who: rule.changedBy })} <Moment at={rule.changedAt} />
          </p>
        )}
        {save.error instanceof Problem && <ProblemNote problem={save.error} />}
      </div>
    </SidePanel>
  )
}

type WholeProps = {
  readonly value: number | null
  readonly min: number
  readonly max: number
  readonly disabled: boolean
  readonly onChange: (value: number | null) => void
}

/** A whole number; null while what is typed is none. */
function Whole({ value, min, max, disabled, onChange }: WholeProps) {
  const [shown, setShown] = useState(value === null ? '' : String(value))
  const take = (_: SpinButtonChangeEvent, data: SpinButtonOnChangeData) => {
    const text = data.displayValue ?? String(data.value ?? '')
    setShown(text)
    onChange(/^\d+$/.test(text.trim()) ? Number(text) : null)
  }
  return (
    <SpinButton
      min={min}
      max={max}
      disabled={disabled}
      value={value}
      displayValue={shown}
      onChange={take}
      onInput={event =>
        take(event as unknown as SpinButtonChangeEvent, { displayValue: event.currentTarget.value })
      }
    />
  )
}
