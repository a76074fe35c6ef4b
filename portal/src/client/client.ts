/**
 * The API's client: made by `npm run client` from the OpenAPI document, never by hand. A call that answers a file or
 * a stream of events gives its address instead, for a link or an EventSource.
 */
import { addressOf, call } from './call.ts'

/** What every call takes beside its own: a signal that ends it. */
type Options = { readonly signal?: AbortSignal }

export type ConnectorDefaults = {
  schedule: string
  defaultRegion: string
  itemSizeMax: number
  revision: number
}

export type ConnectorDraft = {
  connectorId: number
  product: string
  productName: string
  folder: string
  name: string
  setupStep: 'login' | 'mapping' | 'review'
  termsAcceptedBy: string
  termsAcceptedAt: string
  location: string
  username: string
  hasPassword: boolean
  accountId: string
  accountName: string
  registeredUsers: number
  automaticMapping: boolean
  mappingLines: number
  defaultRegion: string
  domains: string[]
  schedule: string
  nextRunAt: string
  itemSizeMax: number
  revision: number
}

export type ConnectorProgress = {
  runId: number
  connectorId: number
  stage: 'waiting' | 'collecting' | 'filing' | 'reconciling'
  collected: number
  done: number
  total: number | null
  rate: number | null
  secondsLeft: number | null
  requestedAt: string
  startedAt: string | null
  trouble: { code: string; message: string } | null
}

export type ConnectorSummary = {
  connectorId: number
  name: string
  product: Product
  accountName: string
  location: string
  username: string
  state:
    | 'importing'
    | 'up-to-date'
    | 'behind'
    | 'paused'
    | 'cannot-sign-in'
    | 'needs-attention'
    | 'setup-not-finished'
  reason:
    | 'import-under-way'
    | 'import-waits'
    | 'import-overdue'
    | 'first-import-ahead'
    | 'last-import-complete'
    | 'paused'
    | 'sign-in-refused'
    | 'import-failed'
    | 'sums-differ'
    | 'setup-not-finished'
  code: string | null
  since: string | null
  setupStep: 'login' | 'mapping' | 'review' | null
  createdBy: string
  createdAt: string
  schedule: string
  nextRunAt: string | null
  collectedUntil: string | null
  lastRun: { runId: number; status: 'complete' | 'incomplete' | 'failed'; completedAt: string | null } | null
  progress: ConnectorProgress | null
  imported: number
  failed: number
  unmapped: number
}

export type FinishedConnector = { connectorId: number; runId: number; revision: number }

export type ImportedMapping = {
  lines: number
  added: number
  changed: number
  unchanged: number
  removed: number
  revision: number
}

export type ListedProduct = {
  id: string
  name: string
  network: string
  folder: string
  itemClass: string
  kinds: string[]
  arrives: 'in real time' | 'once every 24 hours' | 'as it is captured'
  companyOwnedOnly: boolean
  needsApp: boolean
  connectors: number
}

export type MappingCheck = {
  lines: number
  added: number
  changed: number
  unchanged: number
  removed: number
  problemCount: number
  problems: { line: number; column: string; reason: string }[]
  firstRows: {
    line: number
    externalUserId: string
    mailbox: string
    validFrom: string | null
    validTo: string | null
  }[]
  preview: {
    before: { byCsv: number; byEmail: number; byNeither: number }
    after: { byCsv: number; byEmail: number; byNeither: number }
    moved: number
    users: {
      userId: string
      name: string
      number: string
      email: string
      before: { by: 'csv' | 'email' | 'neither'; mailbox: string | null }
      after: { by: 'csv' | 'email' | 'neither'; mailbox: string | null }
    }[]
    usersTotal: number
    failuresOpen: number
    failuresMended: number
  } | null
}

export type Prerequisite = {
  id: 'role' | 'master-key' | 'account' | 'registered' | 'mailbox' | 'app' | 'company-owned' | 'carrier'
  state: 'met' | 'not-met' | 'at-sign-in' | 'cannot-be-checked'
  text: string
  users: { userId: string; name: string; number: string; email: string }[]
  of: number | null
  names: string[]
  code: string | null
}

export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  hint: string
  retryable: boolean
  reference: string
  problems?: { path: string; reason: string }[]
}

export type Product = {
  id: string
  name: string
  network: string
  folder: string
  itemClass: string
  kinds: string[]
  arrives: 'in real time' | 'once every 24 hours' | 'as it is captured'
  companyOwnedOnly: boolean
  needsApp: boolean
}

export type ProductPage = {
  id: string
  name: string
  network: string
  folder: string
  itemClass: string
  kinds: string[]
  arrives: 'in real time' | 'once every 24 hours' | 'as it is captured'
  companyOwnedOnly: boolean
  needsApp: boolean
  prerequisites: Prerequisite[]
}

export type ProgressEvent = { runs: ConnectorProgress[]; ended: { runId: number; connectorId: number }[] }

export type Readiness = { status: 'ready' | 'not-ready'; database: boolean; storage: boolean }

export const client = {
  /** The products that there are connectors for. */
  listProducts(input: Options = {}): Promise<{ rows: ListedProduct[] }> {
    return call('GET', '/products', { signal: input.signal })
  },
  /** One product, and what it needs before a connector is set up. */
  getProduct(input: { productId: string } & Options): Promise<ProductPage> {
    return call('GET', '/products/{productId}', {
      params: { productId: input.productId },
      signal: input.signal,
    })
  },
  /** The connectors: how each is and why, its last import and the one under way. */
  listConnectors(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: ConnectorSummary[]; next: string | null; total?: number }> {
    return call('GET', '/connectors', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Accept the terms of service of a product, which begins its connector. */
  startConnector(input: { body: { product: string; acceptTerms: true } } & Options): Promise<ConnectorDraft> {
    return call('POST', '/connectors', { body: input.body, signal: input.signal })
  },
  /** What a new connector begins with. */
  getConnectorDefaults(input: Options = {}): Promise<ConnectorDefaults> {
    return call('GET', '/connector-defaults', { signal: input.signal })
  },
  /** Change what a new connector begins with; those that there are keep theirs. */
  setConnectorDefaults(
    input: {
      body: { schedule: string; defaultRegion: string; itemSizeMax: number }
      revision: number
    } & Options,
  ): Promise<ConnectorDefaults> {
    return call('PUT', '/connector-defaults', {
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** The imports under way, once a second while something moves. */
  watchProgress(): string {
    return addressOf('/connectors/events', {})
  },
  /** A connector whose setup is not finished, as far as it has come. */
  getConnectorDraft(input: { connectorId: number } & Options): Promise<ConnectorDraft> {
    return call('GET', '/connectors/{connectorId}/draft', {
      params: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** Choose how a connector is to map and when it is to import. */
  editConnectorDraft(
    input: {
      connectorId: number
      body: {
        name?: string
        automaticMapping?: boolean
        defaultRegion?: string
        domains?: string[]
        schedule?: string
        itemSizeMax?: number
        setupStep?: 'login' | 'mapping' | 'review'
      }
      revision: number
    } & Options,
  ): Promise<ConnectorDraft> {
    return call('PATCH', '/connectors/{connectorId}/draft', {
      params: { connectorId: input.connectorId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Give up a connector whose setup is not finished. */
  discardConnectorDraft(input: { connectorId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/connectors/{connectorId}/draft', {
      params: { connectorId: input.connectorId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Sign in to TeleMessage; what the site lets in is kept. */
  signInConnector(
    input: {
      connectorId: number
      body: { location: string; username: string; password?: string }
      revision: number
    } & Options,
  ): Promise<ConnectorDraft> {
    return call('PUT', '/connectors/{connectorId}/login', {
      params: { connectorId: input.connectorId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Finish the setup: the connector is there, and its first import begins. */
  finishConnector(
    input: { connectorId: number; body: { importFrom?: string }; revision: number } & Options,
  ): Promise<FinishedConnector> {
    return call('POST', '/connectors/{connectorId}/finish', {
      params: { connectorId: input.connectorId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** What a connector needs, checked against the site and the directory now. */
  checkPrerequisites(input: { connectorId: number } & Options): Promise<{ rows: Prerequisite[] }> {
    return call('GET', '/connectors/{connectorId}/prerequisites', {
      params: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** An empty custom mapping file to fill in. */
  downloadMappingTemplate(): string {
    return addressOf('/custom-mapping-template', {})
  },
  /** The custom mapping as a file that can be imported again. */
  downloadCustomMapping(input: { connectorId: number }): string {
    return addressOf('/connectors/{connectorId}/custom-mapping', {
      params: { connectorId: input.connectorId },
    })
  },
  /** Put a file in place of the custom mapping, all of it or nothing. */
  importCustomMapping(
    input: { connectorId: number; body: Blob; revision: number } & Options,
  ): Promise<ImportedMapping> {
    return call('PUT', '/connectors/{connectorId}/custom-mapping', {
      params: { connectorId: input.connectorId },
      body: input.body,
      headers: { 'content-type': 'text/csv' },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Check a custom mapping file and say what it would change, without using it. */
  checkCustomMapping(input: { connectorId: number; body: Blob } & Options): Promise<MappingCheck> {
    return call('POST', '/connectors/{connectorId}/custom-mapping/check', {
      params: { connectorId: input.connectorId },
      body: input.body,
      headers: { 'content-type': 'text/csv' },
      signal: input.signal,
    })
  },
  /** Whether database and storage answer. */
  getReadiness(input: Options = {}): Promise<Readiness> {
    return call('GET', '/readyz', { signal: input.signal })
  },
  /** Figures of the archive and of this process, in the text format of Prometheus. */
  getMetrics(): string {
    return addressOf('/metrics', {})
  },
  /** The OpenAPI 3.1 document of this API. */
  getOpenApi(input: Options = {}): Promise<Record<string, unknown>> {
    return call('GET', '/openapi.json', { signal: input.signal })
  },
  /** This page: every call, what it takes, and who may make it. */
  getReference(): string {
    return addressOf('/reference', {})
  },
}
