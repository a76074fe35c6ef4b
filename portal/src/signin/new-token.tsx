/** Makes an API token and shows its text this once. */
import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Select,
} from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { ROLE_NAMES, type Role } from '../client/role.ts'
import { useSession } from '../client/session.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { useWords } from '../parts/words.ts'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

const DAYS = [7, 30, 90, 180, 366] as const

export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(signinTexts)
  const w = useWords()
  const session = useSession()
  const held = ROLE_NAMES.filter(role => session.roles.some(each => each.role === role))
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<readonly Role[]>([])
  const [days, setDays] = useState('90')
  const make = useMutation({
    mutationFn: () => client.addToken({ body: { name: name.trim(), roles: [...roles], days: Number(days) } }),
  })
  if (make.data !== undefined)
    return <Made name={make.data.token.name} text={make.data.text} onClose={onClose} />
  return (
    <FormDialog
      title={t('addToken')}
      act={t('addToken')}
      isReady={name.trim() !== '' && roles.length > 0 && !make.isPending}
      onSubmit={() => make.mutate()}
      error={make.error}
      onClose={onClose}
    >
      <Field label={w('name')} hint={t('tokenNameHint')} required>
        <Input value={name} maxLength={100} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label={t('expiresAfter')}>
        <Select value={days} onChange={(_, { value }) => setDays(value)}>
          {DAYS.map(each => (
            <option key={each} value={each}>
              {t('days', { count: each })}
            </option>
          ))}
        </Select>
      </Field>
      <fieldset className={styles.roles}>
        <legend>{t('tokenRoles')}</legend>
        {held.map(role => (
          <Checkbox
            key={role}
            label={role}
            checked={roles.includes(role)}
            onChange={(_, { checked }) =>
              setRoles(checked === true ? [...roles, role] : roles.filter(each => each !== role))
            }
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}

type MadeProps = { readonly name: string; readonly text: string; readonly onClose: () => void }

function Made({ name, text, onClose }: MadeProps) {
  const t = useTexts(signinTexts)
  const w = useWords()
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('tokenMade', { name })}</DialogTitle>
          <DialogContent>
            <div className={styles.form}>
              <Notice kind="warning">{t('tokenOnce')}</Notice>
              <Field label={t('tokenText')}>
                <Input readOnly value={text} contentAfter={<CopyButton text={text} />} />
              </Field>
            </div>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{w('close')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
