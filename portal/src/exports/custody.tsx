/** Through whose hands an export went, and when. */
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { Export } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { isMoving } from './export-state.tsx'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

export function Custody({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const [language] = useLanguage()
  const seesLog = useHoldsRole('Audit Logs')
  const taken =
    of.downloadedAt === null
      ? t('never')
      : `${t('downloads', { count: of.downloads })}, ${t('lastAt', { when: momentText(of.downloadedAt, language) })}`
  return (
    <div className={styles.inside}>
      <ol className={styles.timeline}>
        <Step text={t('asked')} at={of.createdAt}>
          {t('by', { who: actorName(of.requestedBy) })}
        </Step>
        {of.startedAt !== null && <Step text={t('started')} at={of.startedAt} />}
        {of.completedAt !== null && <Step text={t('completed')} at={of.completedAt} />}
        {of.completedAt !== null && of.destination === 'download' && <li>{taken}</li>}
        {of.endedAt !== null && !isMoving(of) && (
          <Step text={t(`state-${of.state}`)} at={of.endedAt}>
            {of.endedBy !== null && of.endedBy !== 'system' && t('by', { who: actorName(of.endedBy) })}
          </Step>
        )}
      </ol>
      <p className={styles.note}>{t('custodyText')}</p>
      {seesLog && <Link to={`/audit?subject=export%3A${of.exportId}`}>{t('seeAudit')}</Link>}
    </div>
  )
}

type StepProps = { readonly text: string; readonly at: string; readonly children?: ReactNode }

function Step({ text, at, children }: StepProps) {
  return (
    <li>
      <span>{text}</span>
      <span className={styles.second}>
        <Moment at={at} kind="seconds" /> {children}
      </span>
    </li>
  )
}
