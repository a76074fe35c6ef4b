/** What a product archives, as a list in words. */
import type { Product } from '../client/client.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { connectorsTexts } from './texts.ts'

const NAMED = ['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'] as const

export function useKinds({ kinds }: Pick<Product, 'kinds'>): string {
  const t = useTexts(connectorsTexts)
  const [language] = useLanguage()
  const words = NAMED.filter(kind => kinds.includes(kind)).map(kind => t(kind))
  const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(words)
  return list.slice(0, 1).toLocaleUpperCase(language) + list.slice(1)
}
