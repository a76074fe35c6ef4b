/** Changes the password of the person who is signed in. */
import { keepSession, useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { showDone } from '../parts/toast.tsx'
import { PasswordForm } from './password-form.tsx'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

export function PasswordPage() {
  const t = useTexts(signinTexts)
  const { person } = useSession()
  return (
    <Page title={t('changePassword')} purpose={t('changePasswordPurpose')} reading>
      <Section>
        <div className={styles.narrow}>
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
    </Page>
  )
}
