/** A real OpenID Connect provider (oidc-provider) on this machine's loopback, and a browser that signs in at it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type ProviderContext } from 'oidc-provider'

export const OIDC_CLIENT = Object.freeze({ clientId: 'holdfast', clientSecret: 'a secret of the client' })

export type OidcAccount = {
  readonly sub: string
  readonly [claim: string]: unknown
}

export type TestProvider = {
  readonly issuer: string
  /** Who is at the keyboard, or nobody: then the provider refuses. */
  account: OidcAccount | null
  /** Follows an address of the provider until it leads back to `redirectUri`; gives that address. */
  browse(address: string): Promise<URL>
}

/** Starts a provider whose client may come back to `redirectUri`; stopped after the test. */
export async function testOidcProvider(
  t: { after(work: () => Promise<void>): void },
  redirectUri: string,
  options: { readonly claimsInToken?: boolean } = {},
): Promise<TestProvider> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(
    () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = new Map<string, OidcAccount>()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OIDC_CLIENT.clientId,
        client_secret: OIDC_CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: {
      openid: ['sub', 'preferred_username', 'name', 'groups'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: options.claimsInToken !== true,
    cookies: { keys: ['a key for the cookies of this test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/login/${interaction.uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => accounts.get(id) ?? { sub: id },
    }),
    // Nobody is asked for consent: the organisation gave it for its people.
    loadExistingGrant: async (context: ProviderContext) => {
      const grant = new provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.account.accountId,
      })
      grant.addOIDCScope('openid email')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  const found: TestProvider = {
    issuer,
    account: null,
    browse: address => browse(address, redirectUri),
  }
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/login/')) return answer(request, response)
    const { account } = found
    if (account) accounts.set(account.sub, account)
    const result = account
      ? { login: { accountId: account.sub } }
      : { error: 'access_denied', error_description: 'nobody is at the keyboard' }
    void provider.interactionFinished(request, response, result)
  })
  return found
}

async function browse(start: string, end: string): Promise<URL> {
  const jar = new Map<string, string>()
  let address = start
  for (let hops = 0; hops < 10; hops++) {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0]!.split(/=(.*)/s)
      jar.set(name!, value!)
    }
    const location = response.headers.get('location')
    if (!location)
      throw new Error(`${address} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    address = new URL(location, address).href
    if (address.startsWith(end)) return new URL(address)
  }
  throw new Error('the provider leads in circles')
}
