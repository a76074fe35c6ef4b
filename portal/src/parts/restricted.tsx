/** That items are left out of what is shown, since they were to be erased and are kept; nothing where there are none. */
import { textsOf, useTexts } from './language.ts'
import { Notice } from './notice.tsx'

const texts = textsOf('restricted', {
  en: {
    left_one: 'One restricted item is left out',
    left_other: '{{count, number}} restricted items are left out',
    why: 'Somebody asked for their erasure, and they are kept for holds or retention alone. Who has the role Hold or Case Management sees them.',
  },
  sv: {
    left_one: 'Ett begränsat objekt är utelämnat',
    left_other: '{{count, number}} begränsade objekt är utelämnade',
    why: 'Någon har begärt att de raderas, och de behålls bara för bevarandekrav eller kvarhållning. Den som har rollen Hold eller Case Management ser dem.',
  },
})

export function Restricted({ items }: { readonly items: number | null | undefined }) {
  const t = useTexts(texts)
  if (!items) return null
  return <Notice title={t('left', { count: items })}>{t('why')}</Notice>
}
