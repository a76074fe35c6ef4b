/** Changes the password of the person who is signed in. */
import { keepSession, useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './form.module.css'
import { PasswordForm } from './password-form.tsx'
import { signinTexts } from './texts.ts'
import { useAccount } from './use-account.ts'

export function PasswordTab() {
  const t = useTexts(signinTexts)
  const { person } = useSession()
  const account = useAccount()
  if (account.data?.hasPassword === false)
    return <Notice title={t('organisationAccount')}>{t('organisationAccountWhy')}</Notice>
  return (
    <Section title={t('changePassword')}>
      <div className={styles.narrow}>
        <p className={styles.text}>{t('changePasswordPurpose')}</p>
        <PasswordForm
          username={person.username}
          button={t('changePassword')}
          onChanged={session => {
            keepSession(session)
            showDone(t('passwordChanged'))
          }}
        />
      </div>
    </Section>
  )
}
