/** The registered users that something is about: name, number and registered e-mail; folded, since they may be many. */
import type { Prerequisite } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Phone } from '../parts/phone.tsx'
import styles from './checklist.module.css'
import { wizardTexts } from './wizard-texts.ts'

const SHOWN = 50

type Props = { readonly users: Prerequisite['users']; readonly open?: boolean }

export function Users({ users, open = false }: Props) {
  const t = useTexts(wizardTexts)
  const more = users.length - SHOWN
  return (
    <details className={styles.users} open={open}>
      <summary>{t('whichUsers', { count: users.length })}</summary>
      <ul>
        {users.slice(0, SHOWN).map(user => (
          <li key={user.userId}>
            <span>{user.name === '' ? user.userId : user.name}</span>
            <Phone number={e164(user.number)} />
            <span>{user.email === '' ? t('noEmail') : user.email}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{t('moreUsers', { count: more })}</p>}
    </details>
  )
}

/** The site writes numbers without the plus. */
export function e164(number: string): string {
  return /^\d{8,15}$/.test(number) && !number.startsWith('0') ? `+${number}` : number
}
