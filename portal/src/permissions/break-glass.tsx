/** Acts on the console without a sign-in, of the last 30 days. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { permissionsTexts } from './texts.ts'

export function BreakGlass() {
  const t = useTexts(permissionsTexts)
  const [language] = useLanguage()
  const mayAudit = useHoldsRole('Audit Logs')
  const { data } = useQuery({
    queryKey: ['permissions', 'break-glass'],
    queryFn: ({ signal }) => client.listBreakGlass({ signal }),
  })
  if (data === undefined) return null
  const acts = data.rows.reduce((all, row) => all + row.acts, 0)
  if (acts === 0) return <Notice>{t('breakGlassNone')}</Notice>
  const names = data.rows.map(row => row.actor.replace(/^console:/, ''))
  const latest = data.rows
    .map(row => row.lastAt)
    .sort()
    .at(-1)!
  return (
    <Notice title={t('breakGlass', { count: acts })}>
      {t('breakGlassWho', { names: new Intl.ListFormat(localeOf(language)).format(names) })}
      <Moment at={latest} />
      {mayAudit && (
        <div>
          <Link to="/audit?breakGlass=true">{t('breakGlassShow')}</Link>
        </div>
      )}
    </Notice>
  )
}
