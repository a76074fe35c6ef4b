/** A secret that is shown this once, to be copied. */
import { Button } from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { announce } from '../parts/announce.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { alertTexts } from './texts.ts'

export function ShownOnce({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const copy = async () => {
    await navigator.clipboard.writeText(secret)
    announce(w('copied'))
    showDone(w('copied'))
  }
  return (
    <div className={styles.form}>
      <Notice kind="warning" title={t('secretOnce')}>
        {t('secretOnceText')}
      </Notice>
      <div className={styles.secret}>
        <code>{secret}</code>
        <Button
          size="small"
          appearance="subtle"
          icon={<CopyRegular />}
          aria-label={w('copy')}
          onClick={() => void copy()}
        />
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
