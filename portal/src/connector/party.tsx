/** How a source names somebody: a number in international format, an address or user id as it is, or nobody at all. */
import { useTexts } from '../parts/language.ts'
import { Phone } from '../parts/phone.tsx'
import { reasonTexts } from './reason.tsx'

export function Party({ name }: { readonly name: string }) {
  const t = useTexts(reasonTexts)
  if (name === '') return <em>{t('nobody')}</em>
  const digits = name.replace(/[\s().-]/g, '').replace(/^\+/, '')
  return /^\d{7,15}$/.test(digits) ? <Phone number={`+${digits}`} /> : name
}
