/** The colour scheme: as the system has it, light or dark; remembered on this computer. */
import { useEffect, useState } from 'react'
import { usePreference } from './preference.ts'

export const SCHEMES = ['system', 'light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

/** What is chosen, whether that is dark now, and how to choose. */
export function useScheme(): { scheme: Scheme; dark: boolean; choose: (scheme: Scheme) => void } {
  const [scheme, choose] = usePreference('scheme', SCHEMES)
  const [systemDark, setSystemDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const listen = () => setSystemDark(query.matches)
    query.addEventListener('change', listen)
    return () => query.removeEventListener('change', listen)
  }, [])
  const dark = scheme === 'dark' || (scheme === 'system' && systemDark)
  return { scheme, dark, choose }
}
