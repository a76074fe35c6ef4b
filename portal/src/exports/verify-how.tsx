/** How whoever receives a package verifies it, and what that shows and what it does not. */
import { Button } from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import type { Export } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Rich } from '../parts/rich.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

export function VerifyHow({ of }: { readonly of: Pick<Export, 'fileName' | 'encryption'> }) {
  const t = useTexts(exportTexts)
  const w = useWords()
  const command = `holdfast verify ${of.fileName} --key "<${t('publicKey')}>"`
  const copy = async () => {
    await navigator.clipboard.writeText(command)
    showDone(w('copied'))
  }
  return (
    <div className={styles.inside}>
      <p className={styles.note}>{t('verifyText')}</p>
      <div className={styles.command}>
        <code>{command}</code>
        <Button
          appearance="subtle"
          size="small"
          icon={<CopyRegular />}
          aria-label={t('copyCommand')}
          onClick={() => void copy()}
        />
      </div>
      {of.encryption !== 'none' && <p className={styles.note}>{t('verifyEncrypted')}</p>}
      <p className={styles.note}>
        <Rich text={t('verifyKey')} with={{ code: words => <code>{words}</code> }} />
      </p>
      <p className={styles.note}>{t('verifyProves')}</p>
      <p className={styles.note}>
        <strong>{t('verifyNot')}</strong>
      </p>
    </div>
  )
}
