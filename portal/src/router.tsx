/** Addresses to areas. The frame and the sign-in gate are around all of them; an area has its own routes below its path. */
import { lazy } from 'react'
import { createBrowserRouter, Outlet, type RouteObject, ScrollRestoration } from 'react-router'
import { AREAS } from './areas.ts'
import { Crash } from './frame/crash.tsx'
import { Frame } from './frame/frame.tsx'
import { Guard } from './frame/guard.tsx'
import { NotFound } from './frame/not-found.tsx'
import { Gate } from './signin/gate.tsx'

function areaRoutes(): RouteObject[] {
  return AREAS.map(area => {
    const Pages = lazy(async () => ({ default: (await area.load()).Area }))
    const element = (
      <Guard key={area.path} area={area}>
        <Pages />
      </Guard>
    )
    return area.path === '/' ? { index: true, element } : { path: `${area.path}/*`, element }
  })
}

const Guide = lazy(async () => ({ default: (await import('./guide/guide.tsx')).Guide }))
const Account = lazy(async () => ({ default: (await import('./signin/account.tsx')).Account }))

export const router = createBrowserRouter([
  {
    element: (
      <Gate>
        <Frame>
          <Outlet />
        </Frame>
        <ScrollRestoration />
      </Gate>
    ),
    errorElement: <Crash whole />,
    children: [
      {
        errorElement: <Crash />,
        children: [
          ...areaRoutes(),
          {
            path: '/account/*',
            element: (
              <Guard>
                <Account />
              </Guard>
            ),
          },
          {
            path: '/guide/*',
            element: (
              <Guard>
                <Guide />
              </Guard>
            ),
          },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
])
