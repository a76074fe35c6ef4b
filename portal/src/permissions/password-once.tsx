/** A generated password, shown this once. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { announce } from '../parts/announce.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { useWords } from '../parts/words.ts'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'

type Props = {
  readonly name: string
  readonly username: string
  readonly password: string
  readonly onClose: () => void
}

export function PasswordOnce({ name, username, password, onClose }: Props) {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('passwordOnce', { name })}</DialogTitle>
          <DialogContent>
            <div className={styles.stack}>
              <Notice kind="warning">{t('passwordOnceWhy')}</Notice>
              <Field label={t('username')}>
                <Input readOnly value={username} />
              </Field>
              <Field label={t('password')}>
                <Input
                  readOnly
                  className={styles.secret!}
                  value={password}
                  contentAfter={
                    <Button
                      appearance="transparent"
                      size="small"
                      icon={<CopyRegular />}
                      aria-label={w('copy')}
                      onClick={() =>
                        void navigator.clipboard.writeText(password).then(() => announce(w('copied')))
                      }
                    />
                  }
                />
              </Field>
            </div>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {w('close')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
