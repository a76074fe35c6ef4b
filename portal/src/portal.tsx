/**
 * The portal: what a compliance administrator sees of the archive. It talks to nothing but the REST API.
 *
 *   areas.ts     the areas: path, roles, how each is loaded. To add one, make a folder whose face exports `Area`
 *                (a component with the `Routes` of its pages) and give it a line there
 *   frame/       what is around every page: top bar, navigation, jump box, account menu, the rule of roles
 *   signin/      signing in by password, second factor or the organisation's account, and the person's own account
 *   parts/       what pages are made of: page, table, panel, problem, times, numbers, sums. One part, one file, which
 *                is its own face; parts know no area
 *   client/      the API: `client.ts` is generated from its description, `call.ts` is the core under it,
 *                `session.ts` says who is signed in
 *   <area>/      the pages of an area, its parts and its `texts.ts` (English and Swedish)
 *
 * An area imports from `parts/`, `client/` and itself, never from another area: it links there. Everything of an area
 * is loaded when it is opened, its texts too. State that one may want to link to is in the address (`useUrlState`);
 * what the archive knows is in the query cache (TanStack Query) and nowhere else. Styles are CSS modules over Fluent's
 * variables, so that they hold in both themes.
 */
import { FluentProvider } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { Problem } from './client/problem.ts'
import { readSession } from './client/session.ts'
import { Announcer } from './parts/announce.tsx'
import { darkTheme, lightTheme } from './parts/theme.ts'
import { Toasts } from './parts/toast.tsx'
import { useScheme } from './parts/use-scheme.ts'
import { router } from './router.tsx'
import './portal.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; what may help to ask again, is asked again twice.
      retry: (count, error) => count < 2 && error instanceof Problem && error.retryable,
      staleTime: 10_000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

function Portal() {
  const { dark } = useScheme()
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
  }, [dark])
  return (
    <QueryClientProvider client={queries}>
      <FluentProvider theme={dark ? darkTheme : lightTheme}>
        <Announcer />
        <Toasts />
        <RouterProvider router={router} />
      </FluentProvider>
    </QueryClientProvider>
  )
}

void readSession()
createRoot(document.getElementById('portal')!).render(
  <StrictMode>
    <Portal />
  </StrictMode>,
)
