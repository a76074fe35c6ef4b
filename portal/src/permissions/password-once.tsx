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
import { CopyButton } from '../parts/copy-button.tsx'
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
                  contentAfter={<CopyButton text={password} />}
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
