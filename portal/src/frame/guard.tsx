/**
 * Lets a person into an area who holds one of its roles, and says to everybody else which role it needs and who can
 * give it. The API has the same rule; this one only explains it.
 */
import { Button } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { type ReactNode, Suspense } from 'react'
import { Navigate, useNavigate } from 'react-router'
import type { Area } from '../areas.ts'
import type { Role } from '../client/role.ts'
import { useHoldsRole, useSession } from '../client/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { useOpenAreas } from './open-areas.ts'
import { frameTexts } from './texts.ts'

/** Without an area: what everybody who is signed in may open. */
export function Guard({ area, children }: { readonly area?: Area; readonly children: ReactNode }) {
  const allowed = useHoldsRole(...(area?.roles ?? []))
  const open = useOpenAreas()
  if (area !== undefined && !allowed) {
    const first = open[0]
    // The first page is for whoever may see it; others begin where they can do something.
    if (area.path === '/' && first !== undefined) return <Navigate to={first.path} replace />
    return <Forbidden area={area} />
  }
  return <Suspense fallback={<SkeletonPage />}>{children}</Suspense>
}

function Forbidden({ area }: { readonly area: Area }) {
  const t = useTexts(frameTexts)
  const navigate = useNavigate()
  const open = useOpenAreas()
  const { roles } = useSession()
  if (roles.length === 0)
    return (
      <Page title={t(area.name)}>
        <EmptyState icon={<LockClosedRegular />} title={t('noRoles')} headingLevel={2}>
          {t('noRolesWho')}
        </EmptyState>
      </Page>
    )
  const first = open[0]
  return (
    <Page title={t(area.name)}>
      <EmptyState
        icon={<LockClosedRegular />}
        title={t('forbidden')}
        headingLevel={2}
        {...(first === undefined
          ? {}
          : { action: <Button onClick={() => void navigate(first.path)}>{t('backHome')}</Button> })}
      >
        <NeededRoles roles={area.roles} />
      </EmptyState>
    </Page>
  )
}

/** Says which roles something needs and who can give them. Also for a part of a page. */
export function NeededRoles({ roles }: { readonly roles: readonly Role[] }) {
  const t = useTexts(frameTexts)
  const [language] = useLanguage()
  const list = new Intl.ListFormat(language, { type: 'disjunction' }).format(roles)
  return (
    <>
      <p>{t('forbiddenNeeds', { count: roles.length, roles: list })}</p>
      <p>{t('forbiddenWho')}</p>
      {roles.includes('Mailbox Import Export') && <p>{t('forbiddenImportExport')}</p>}
    </>
  )
}
