/** The parts of the area, with how many reviews wait. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Tabs } from '../parts/tabs.tsx'
import { dispositionTexts } from './texts.ts'

const EVERY_MS = 5_000

/** How disposal stands. */
export function useDisposition() {
  return useQuery({
    queryKey: ['disposition', 'status'],
    queryFn: ({ signal }) => client.getDisposition({ signal }),
    refetchInterval: EVERY_MS,
  })
}

export function DispositionTabs() {
  const t = useTexts(dispositionTexts)
  const { data } = useDisposition()
  return (
    <Tabs
      label={t('tabs')}
      tabs={[
        { to: '/disposition', text: t('overview'), end: true },
        { to: '/disposition/reviews', text: t('reviews'), count: data?.waiting ?? null },
        { to: '/disposition/disposals', text: t('disposals') },
      ]}
    />
  )
}
