/** How whoever receives a package verifies it, and what that shows and what it does not. */
import type { Export } from '../client/client.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { useTexts } from '../parts/language.ts'
import { Rich } from '../parts/rich.tsx'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

export function VerifyHow({ of }: { readonly of: Pick<Export, 'fileName' | 'encryption'> }) {
  const t = useTexts(exportTexts)
  const command = `holdfast verify ${of.fileName} --key "<${t('publicKey')}>"`
  return (
    <div className={styles.inside}>
      <p className={styles.note}>{t('verifyText')}</p>
      <div className={styles.command}>
        <code>{command}</code>
        <CopyButton text={command} label={t('copyCommand')} />
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
