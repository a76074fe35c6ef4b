/** As much of oidc-provider as the test's provider uses; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type ProviderContext = { oidc: { client: { clientId: string }; account: { accountId: string } } }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>
    Grant: new (
      properties: Record<string, unknown>,
    ) => { addOIDCScope(scope: string): void; save(): Promise<string> }
  }
}
