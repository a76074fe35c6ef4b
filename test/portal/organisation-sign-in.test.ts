/** Signing in with the organisation's account in a real browser, at a real OpenID Connect provider. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saveSignInSettings } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { OIDC_CLIENT, testOidcProvider } from '../../src/testing/oidc-provider.ts'
import { checkAxe, openPage, startBrowser } from './browser.ts'

const ANNA = { sub: 'subject-anna', preferred_username: 'anna@example.com', name: 'Anna Plover' }

test('a person signs in at the provider, comes back to the page they wanted, and a refused one is told so', async t => {
  const browser = await startBrowser(t)
  if (browser === null) return
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const provider = await testOidcProvider(t, `${api.url}/api/session/oidc/callback`)
  await saveSignInSettings(archive.ground, archive.actor, {
    sessionMinutesMax: 480,
    sessionMinutesIdle: 60,
    oidc: {
      issuer: provider.issuer,
      clientId: OIDC_CLIENT.clientId,
      clientSecret: OIDC_CLIENT.clientSecret,
      name: 'Northwind',
      scopes: ['openid', 'email'],
      usernameClaim: 'preferred_username',
      usernameTrusted: false,
      unknownPersons: 'add',
      groupsClaim: '',
      groups: [],
    },
  })
  const page = await openPage(browser, api.url)
  await page.goto('/account/password?seen=1')
  const button = page.getByRole('link', { name: 'Sign in with Northwind' })
  await button.waitFor()
  await checkAxe(page)

  await button.click()
  await page.getByRole('alert').getByText('The organisation’s account was refused').waitFor()
  assert.doesNotMatch(page.url(), /signInProblem/)
  await checkAxe(page)

  provider.account = ANNA
  await page.goto('/account/password?seen=1')
  await button.click()
  await page.getByText('Your account belongs to your organisation').waitFor()
  assert.equal(new URL(page.url()).pathname, '/account/password')
  assert.equal(new URL(page.url()).search, '?seen=1')
  await page.getByRole('button', { name: 'Account of Anna Plover' }).waitFor()
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})
