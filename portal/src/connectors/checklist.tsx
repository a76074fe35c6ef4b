/**
 * *Before you begin*: the documented prerequisites, each met, not met (with what mends it), to be seen when somebody
 * signs in, or such that it cannot be checked from here.
 */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { ClockRegular } from '@fluentui/react-icons/svg/clock'
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Prerequisite } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { SkeletonLine } from '../parts/skeleton.tsx'
import styles from './checklist.module.css'
import { Users } from './users.tsx'
import { wizardTexts } from './wizard-texts.ts'

const ICONS = {
  met: CheckmarkCircleFilled,
  'not-met': WarningFilled,
  'at-sign-in': ClockRegular,
  'cannot-be-checked': QuestionCircleRegular,
} as const

type Props = {
  /** Undefined while it is awaited. */
  readonly lines: readonly Prerequisite[] | undefined
  /** Where a custom mapping is made, once there is a connector. */
  readonly mappingPath?: string
}

export function Checklist({ lines, mappingPath }: Props) {
  const t = useTexts(wizardTexts)
  const states = {
    met: t('met'),
    'not-met': t('notMet'),
    'at-sign-in': t('atSignIn'),
    'cannot-be-checked': t('cannotBeChecked'),
  }
  if (lines === undefined)
    return (
      <div className={styles.list} role="status" aria-label={t('checking')} aria-busy="true">
        {['60%', '75%', '50%', '70%', '65%'].map(width => (
          <SkeletonLine key={width} width={width} />
        ))}
      </div>
    )
  return (
    <ul className={styles.list}>
      {lines.map(line => {
        const Icon = ICONS[line.state]
        return (
          <li key={line.id} data-state={line.state} data-line={line.id}>
            <Icon aria-hidden className={styles.icon!} />
            <div className={styles.text}>
              <Line
                of={line}
                state={states[line.state]}
                {...(mappingPath === undefined ? {} : { mappingPath })}
              />
            </div>
          </li>
        )
      })}
    </ul>
  )
}

type LineProps = { readonly of: Prerequisite; readonly state: string; readonly mappingPath?: string }

function Line({ of, state, mappingPath }: LineProps) {
  const { title, text, mend } = useLine(of, mappingPath)
  return (
    <>
      <div className={styles.head}>
        <strong>{title}</strong>
        <span className={styles.state}>{state}</span>
      </div>
      <div>
        {text}
        {mend !== null && <span className={styles.mend}> {mend}</span>}
      </div>
      {of.users.length > 0 && <Users users={of.users} />}
    </>
  )
}

type Told = { readonly title: string; readonly text: string; readonly mend: ReactNode }

function useLine({ id, state, names, users, of, code, text }: Prerequisite, mappingPath?: string): Told {
  const t = useTexts(wizardTexts)
  const [language] = useLanguage()
  const mayGive = useHoldsRole('Role Management')
  const mayImport = useHoldsRole('Mail Recipients')
  const mayConfigure = useHoldsRole('Organization Configuration')
  const count = of ?? 0
  const lost = { lost: users.length, of: count }
  const met = state === 'met'
  const later = state === 'at-sign-in'
  switch (id) {
    case 'role': {
      const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
      const held = names.length === 0 ? (met ? '' : t('roleNobody')) : t('roleHolders', { names: list })
      return {
        title: t('role'),
        text: `${met ? t('roleYou') : t('roleNot')} ${held}`.trim(),
        mend: !met && mayGive ? <Link to="/permissions">{t('roleMend')}</Link> : null,
      }
    }
    case 'master-key':
      return {
        title: t('masterKey'),
        text: met ? t('masterKeyMet') : t('masterKeyNot'),
        mend: met || !mayConfigure ? null : <Link to="/settings/keys">{t('masterKeyMend')}</Link>,
      }
    case 'account':
      return {
        title: t('accountLine'),
        text: met
          ? t('accountMet', { account: names[0] ?? '' })
          : later
            ? t('accountLater')
            : t('accountNot', { why: code ?? text }),
        mend: null,
      }
    case 'registered':
      return {
        title: t('registered'),
        text: met ? t('registeredMet', { count }) : later ? t('registeredLater') : t('registeredNot'),
        mend: null,
      }
    case 'mailbox':
      return {
        title: t('mailboxLine'),
        text: met
          ? t('mailboxMet', { count })
          : later
            ? t('mailboxLater')
            : count === 0
              ? t('mailboxEmpty')
              : t('mailboxNot', lost),
        mend:
          met || later ? null : mappingPath !== undefined && count > 0 ? (
            <Link to={mappingPath}>{t('mailboxMendMapping')}</Link>
          ) : mayImport ? (
            <Link to="/mailboxes/import">{t('mailboxMend')}</Link>
          ) : null,
      }
    case 'app':
      return {
        title: t('app'),
        text: met ? t('appMet', { count }) : later ? t('appLater') : t('appNot', lost),
        mend: null,
      }
    case 'company-owned':
      return {
        title: t('owned'),
        text: met ? t('ownedMet', { count }) : later ? t('ownedLater') : t('ownedNot', lost),
        mend: null,
      }
    case 'carrier':
      return { title: t('carrier'), text: t('carrierText'), mend: null }
  }
}
