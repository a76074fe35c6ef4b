/** What an export was made of: its query, shown when it is asked for, and where it looked. */
import { Button } from '@fluentui/react-components'
import { EyeRegular } from '@fluentui/react-icons/svg/eye'
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off'
import { useState } from 'react'
import type { Export } from '../client/client.ts'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

type Source = Export['source']

export function SourceShown({ of }: { readonly of: Source }) {
  const t = useTexts(exportTexts)
  const [shown, setShown] = useState(false)
  return (
    <div className={styles.inside}>
      {of.runId !== null && (
        <span>
          {t('ofRun')} ({t('run', { id: of.runId })})
        </span>
      )}
      {of.query !== null && !shown && <p className={styles.note}>{t('queryHidden')}</p>}
      {of.query !== null && shown && (
        <pre className={styles.query}>{of.query.trim() === '' ? t('everything') : of.query}</pre>
      )}
      {of.query !== null && (
        <Button
          size="small"
          icon={shown ? <EyeOffRegular /> : <EyeRegular />}
          onClick={() => setShown(!shown)}
        >
          {t(shown ? 'hideQuery' : 'showQuery')}
        </Button>
      )}
      {of.query !== null && <Facts of={[[t('places'), <Places key="places" of={of} />]]} />}
    </div>
  )
}

/** In words: mailboxes, connectors and folders that it was limited to. */
export function Places({ of }: { readonly of: Pick<Source, 'mailboxIds' | 'connectorIds' | 'folders'> }) {
  const t = useTexts(exportTexts)
  const { mailboxIds, connectorIds, folders } = of
  const parts = [
    mailboxIds === null ? t('allMailboxes') : t('mailboxes', { count: mailboxIds.length }),
    ...(connectorIds === null ? [] : [t('connectors', { count: connectorIds.length })]),
    ...(folders === null ? [] : [t('folders', { names: folders.join(', ') })]),
  ]
  return <>{parts.join(' · ')}</>
}
