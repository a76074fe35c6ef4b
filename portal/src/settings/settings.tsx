/** Settings of the archive: how people sign in, where it lies, what new connectors begin with, its keys, and what it is. */
import { Navigate, Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { About } from './about.tsx'
import { Defaults } from './defaults.tsx'
import { Keys } from './keys.tsx'
import { SettingsPage } from './settings-page.tsx'
import { SignIn } from './sign-in.tsx'
import { Storage } from './storage.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<SettingsPage />}>
        <Route index element={<Navigate to="sign-in" replace />} />
        <Route path="sign-in" element={<SignIn />} />
        <Route path="storage" element={<Storage />} />
        <Route path="defaults" element={<Defaults />} />
        <Route path="keys" element={<Keys />} />
        <Route path="about" element={<About />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
