/** A secret that is shown this once, to be copied. */
import { Button } from '@fluentui/react-components'
import { CopyButton } from '../parts/copy-button.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import styles from './alerts.module.css'
import { alertTexts } from './texts.ts'

export function ShownOnce({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const t = useTexts(alertTexts)
  return (
    <div className={styles.form}>
      <Notice kind="warning" title={t('secretOnce')}>
        {t('secretOnceText')}
      </Notice>
      <div className={styles.secret}>
        <code>{secret}</code>
        <CopyButton text={secret} />
      </div>
      <p className={styles.muted}>{t('signatureText')}</p>
      <div>
        <Button appearance="primary" onClick={onDone}>
          {t('secretKept')}
        </Button>
      </div>
    </div>
  )
}
