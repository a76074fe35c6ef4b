/** The first password was given by somebody; nobody goes on with it. */
import { keepSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { PasswordForm } from './password-form.tsx'
import { signinTexts } from './texts.ts'

export function FirstPassword({ username }: { readonly username: string }) {
  const t = useTexts(signinTexts)
  return (
    <>
      <p>{t('firstPasswordWhy')}</p>
      <PasswordForm username={username} button={t('continue')} onChanged={keepSession} />
    </>
  )
}
