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
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { ROLE_NAMES, type Role } from '../client/role.ts'
import { useSession } from '../client/session.ts'
import { announce } from '../parts/announce.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '' && roles.length > 0) make.mutate()
  }
  const made = make.data
  return (
    <Dialog
      open
      modalType={made === undefined ? 'modal' : 'alert'}
      onOpenChange={(_, { open }) => !open && onClose()}
    >
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              {made === undefined ? t('addToken') : t('tokenMade', { name: made.token.name })}
            </DialogTitle>
            <DialogContent>
              {made === undefined ? (
                <div className={styles.form}>
                  {make.error instanceof Problem && <ProblemNote problem={make.error} />}
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
                </div>
              ) : (
                <div className={styles.form}>
                  <Notice kind="warning">{t('tokenOnce')}</Notice>
                  <Field label={t('tokenText')}>
                    <Input
                      readOnly
                      value={made.text}
                      contentAfter={
                        <Button
                          appearance="transparent"
                          size="small"
                          icon={<CopyRegular />}
                          aria-label={w('copy')}
                          onClick={() =>
                            void navigator.clipboard.writeText(made.text).then(() => announce(w('copied')))
                          }
                        />
                      }
                    />
                  </Field>
                </div>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{made === undefined ? w('cancel') : w('close')}</Button>
              {made === undefined && (
                <Button
                  type="submit"
                  appearance="primary"
                  disabledFocusable={name.trim() === '' || roles.length === 0 || make.isPending}
                >
                  {t('addToken')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
