/** What needs attention, most pressing first, each with the page that mends it. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import { InfoFilled } from '@fluentui/react-icons/svg/info'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import { Link } from 'react-router'
import type { AttentionPoint } from '../client/client.ts'
import type { Role } from '../client/role.ts'
import { useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Section } from '../parts/section.tsx'
import styles from './home.module.css'
import { homeTexts } from './texts.ts'

type Code = AttentionPoint['code']
type Severity = 'error' | 'warning' | 'note'
type Remedy = {
  readonly severity: Severity
  readonly to?: (point: AttentionPoint) => string
  /** Who may open the page that it leads to. */
  readonly roles: readonly Role[]
}

const SEE: readonly Role[] = ['View-Only Configuration', 'Mailbox Import Export']
const pageOf = ({ connectorId }: AttentionPoint) => `/data-connectors/connectors/${connectorId}`
const runOf = (point: AttentionPoint) =>
  point.runId === null ? `${pageOf(point)}/runs` : `${pageOf(point)}/runs/${point.runId}`

const REMEDIES: Readonly<Record<Code, Remedy>> = {
  'log-broken': { severity: 'error', to: () => '/audit/log', roles: ['Audit Logs'] },
  'checkpoint-overdue': { severity: 'error', to: () => '/audit/log', roles: ['Audit Logs'] },
  'index-differs': {
    severity: 'error',
    to: () => '/alerts?rule=index-differs',
    roles: ['Organization Configuration', 'View-Only Configuration'],
  },
  'sign-in-refused': { severity: 'error', to: point => `${pageOf(point)}/settings`, roles: SEE },
  'run-failed': { severity: 'error', to: runOf, roles: SEE },
  'sum-differs': { severity: 'error', to: runOf, roles: SEE },
  'run-missed': { severity: 'error', to: point => `${pageOf(point)}/runs`, roles: SEE },
  'unmapped-numbers': {
    severity: 'warning',
    to: ({ connectorId }) => `/unmapped?connector=${connectorId}`,
    roles: SEE,
  },
  'master-key-not-copied': {
    severity: 'warning',
    to: () => '/settings/keys',
    roles: ['Organization Configuration', 'View-Only Configuration'],
  },
  'import-role-missing': { severity: 'warning', to: () => '/permissions', roles: ['Role Management'] },
  'break-glass': { severity: 'note', to: () => '/audit?breakGlass=true', roles: ['Audit Logs'] },
}

const ICONS = { error: ErrorCircleFilled, warning: WarningFilled, note: InfoFilled } as const

export function Attention({
  points,
  fresh,
}: {
  readonly points: readonly AttentionPoint[]
  /** Open alerts that nobody has acknowledged. */
  readonly fresh: number
}) {
  const t = useTexts(homeTexts)
  const { roles } = useSession()
  const holds = (wanted: readonly Role[]) => roles.some(held => wanted.includes(held.role as Role))
  if (points.length === 0 && fresh === 0)
    return (
      <Section title={t('attention')}>
        <p className={styles.calm}>
          <CheckmarkCircleFilled aria-hidden className={styles.good!} />
          <span>{t('attentionNone')}</span>
        </p>
      </Section>
    )
  return (
    <Section title={t('attention')} flush>
      <ul className={styles.points}>
        {points.map(point => {
          const { severity, to, roles: wanted } = REMEDIES[point.code]
          const Icon = ICONS[severity]
          return (
            <li
              key={`${point.code} ${point.connectorId} ${point.runId} ${point.name}`}
              data-severity={severity}
            >
              <Icon aria-hidden className={styles.sign!} />
              <div>
                <strong>{sentence(t, point)}</strong>
                <p>
                  {t(`${point.code}-why`)}
                  {point.since !== null && point.code !== 'break-glass' && (
                    <>
                      {' '}
                      {t('since')} <Moment at={point.since} />.
                    </>
                  )}
                </p>
                {to !== undefined && holds(wanted) && <Link to={to(point)}>{t(`${point.code}-act`)}</Link>}
              </div>
            </li>
          )
        })}
        {fresh > 0 && holds(['Organization Configuration', 'View-Only Configuration']) && (
          <li data-severity="note">
            <InfoFilled aria-hidden className={styles.sign!} />
            <div>
              <strong>{t('fresh', { count: fresh })}</strong>
              <p>{t('freshWhy')}</p>
              <Link to="/alerts">{t('freshAct')}</Link>
            </div>
          </li>
        )}
      </ul>
    </Section>
  )
}

function sentence(t: ReturnType<typeof useTexts<typeof homeTexts.en>>, point: AttentionPoint): string {
  const name = point.name ?? ''
  const { code, count } = point
  switch (code) {
    case 'log-broken':
    case 'index-differs':
    case 'checkpoint-overdue':
      return t(code, { count })
    case 'unmapped-numbers':
    case 'break-glass':
      return t(code, { count, name })
    case 'master-key-not-copied':
    case 'import-role-missing':
      return t(code)
    default:
      return t(code, { name })
  }
}
