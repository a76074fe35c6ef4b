/** How people sign in: the part is that of Permissions, which owns it. */
import { lazy, Suspense } from 'react'
import { SkeletonBlock } from '../parts/skeleton.tsx'

const SignInSettings = lazy(async () => ({
  default: (await import('../permissions/sign-in-settings.tsx')).SignInSettings,
}))

export function SignIn() {
  return (
    <Suspense fallback={<SkeletonBlock height="420px" />}>
      <SignInSettings />
    </Suspense>
  )
}
