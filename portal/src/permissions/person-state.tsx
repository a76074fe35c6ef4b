/** How it stands with a person: disabled, locked out for a while, yet to change the first password, or active. */
import type { Person } from '../client/client.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { permissionsTexts } from './texts.ts'

export function PersonState({ person }: { readonly person: Person }) {
  const t = useTexts(permissionsTexts)
  const [language] = useLanguage()
  if (person.status === 'disabled') return <StatusBadge kind="paused" text={t('disabled')} />
  if (person.lockedUntil !== null)
    return (
      <StatusBadge
        kind="bad"
        text={t('locked')}
        why={t('lockedWhy', { time: momentText(person.lockedUntil, language, 'time') })}
      />
    )
  if (person.mustChangePassword)
    return <StatusBadge kind="waiting" text={t('firstPassword')} why={t('firstPasswordWhy')} />
  return <StatusBadge kind="good" text={t('active')} />
}
