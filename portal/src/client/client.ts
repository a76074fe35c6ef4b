/**
 * The API's client: made by `npm run client` from the OpenAPI document, never by hand. A call that answers a file or
 * a stream of events gives its address instead, for a link or an EventSource.
 */
import { addressOf, call } from './call.ts'

/** What every call takes beside its own: a signal that ends it. */
type Options = { readonly signal?: AbortSignal }

export type About = {
  version: string
  licence: string
  node: string
  databaseVersion: string
  archiveId: string
  organisation: string
  demonstration: boolean
  createdAt: string
  logEpoch: number
  tokenizer: number
  unicode: string
  migrations: number
}

export type Account = {
  personId: number
  username: string
  displayName: string
  email: string
  language: 'en' | 'sv'
  secondFactor: boolean
  recoveryCodesLeft: number
  hasPassword: boolean
  oidcBound: boolean
  lastSignInAt: string | null
}

export type AdaptiveScope = {
  scopeId: number
  name: string
  description: string
  condition: ScopeCondition
  query: string
  members: number
  policies: number
  createdBy: string
  createdAt: string
  revision: number
}

export type AdaptiveScopeMember = {
  mailboxId: number
  address: string
  displayName: string
  inactive: boolean
}

export type Alert = {
  alertId: number
  rule: string
  severity: 'critical' | 'warning' | 'notice'
  subject: string
  detail: Record<string, string | number | null>
  openedAt: string
  remindedAt: string | null
  resolvedAt: string | null
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  note: string | null
}

export type AlertChannel = {
  channelId: number
  name: string
  enabled: boolean
  settings: AlertChannelSettings
  secretKept: boolean
  revision: number
  createdBy: string
  createdAt: string
  deliveredAt: string | null
  failedAt: string | null
  errorCode: string | null
  errorMessage: string | null
  waiting: number
}

export type AlertChannelSettings =
  | {
      kind: 'email'
      host: string
      port: number
      security: 'tls' | 'starttls' | 'none'
      user: string
      from: string
      to: string[]
      language: 'en' | 'sv'
      authority: string | null
    }
  | { kind: 'webhook'; url: string; allowPrivate: boolean; authority: string | null }

export type AlertCounts = { critical: number; warning: number; notice: number; unacknowledged: number }

export type AlertRule = {
  rule:
    | 'log-broken'
    | 'checkpoint-overdue'
    | 'index-differs'
    | 'low-disk'
    | 'sum-differs'
    | 'run-missed'
    | 'sign-in-refused'
    | 'disposition-clocks'
    | 'disposition-volume'
    | 'staged-copies'
    | 'run-failed'
    | 'disposition-overdue'
    | 'review-waiting'
    | 'unmapped-numbers'
    | 'hold-query'
    | 'person-silent'
    | 'bulk-reading'
    | 'portal-sign-in-refused'
    | 'break-glass'
  severity: 'critical' | 'warning' | 'notice'
  momentary: boolean
  enabled: boolean
  threshold: number | null
  bounds: {
    unit: 'hours' | 'days' | 'minutes' | 'percent' | 'numbers' | 'refusals' | 'readings'
    min: number
    max: number
    default: number
  } | null
  reminderDays: number
  revision: number
  changedBy: string | null
  changedAt: string | null
}

export type ApiToken = {
  tokenId: number
  personId: number
  username: string
  displayName: string
  name: string
  roles: string[]
  createdAt: string
  expiresAt: string
  lastUsedAt: string | null
  revokedAt: string | null
}

export type ArchivePlace = {
  dataFolder: string
  space: { free: number; total: number } | null
  database: { kind: 'embedded' | 'own'; version: string; size: number }
  objects: { kind: 'files' | 'azure'; where: string; count: number; bytes: number }
  items: number
  masterKeyFile: string
  checkpointFolder: string | null
  workers: number
  pageItems: number
  itemSizeMax: number
}

export type ArchivePolicy = {
  policyId: number
  name: string
  description: string
  period: string | null
  everywhere: boolean
  mailboxes: number
  createdBy: string
  createdAt: string
  changedAt: string
  revision: number
}

export type ArchiveRun = {
  archiveRunId: number
  mailboxes: number | null
  requestedBy: string
  createdAt: string
  completedAt: string | null
  filings: number
  archived: number
  returned: number
  cooled: number
  warmed: number
  problem: string | null
}

export type Assignment = {
  mailbox: { mailboxId: number; address: string; displayName: string }
  replay: Replay
}

export type AttachmentView = {
  number: number
  name: string
  contentType: string
  size: number | null
  shownAs: 'picture' | 'sound' | 'video' | 'card' | 'mail' | 'file'
  cards: {
    name: string
    organisation: string
    title: string
    numbers: { kind: string; value: string }[]
    emails: { kind: string; value: string }[]
    addresses: { kind: string; value: string }[]
    note: string
  }[]
}

export type AttentionPoint = {
  code:
    | 'log-broken'
    | 'checkpoint-overdue'
    | 'index-differs'
    | 'sign-in-refused'
    | 'run-failed'
    | 'sum-differs'
    | 'run-missed'
    | 'unmapped-numbers'
    | 'master-key-not-copied'
    | 'import-role-missing'
    | 'break-glass'
  count: number
  connectorId: number | null
  name: string | null
  runId: number | null
  since: string | null
}

export type AuditEntry = {
  entryId: string
  sequence: number | null
  at: string
  actor: string
  act: string
  subject: string
  detail: Record<string, unknown>
  hasSealed: boolean
}

export type AuditNames = { acts: string[]; actors: string[] }

export type BackFillPreview = {
  from: string
  to: string
  atSource: number | null
  kept: number
  trouble: { code: string; message: string } | null
}

export type BreakGlass = { actor: string; acts: number; firstAt: string; lastAt: string }

export type CalendarDay = {
  day: string
  state: 'complete' | 'nothing' | 'gap' | 'incomplete' | 'running' | 'not-due' | 'outside'
  items: number
  unmapped: number
  failed: number
}

export type Completeness = { days: CalendarDay[] }

export type Connector = {
  connectorId: number
  name: string
  product: { id: string; name: string; folder: string }
  status: 'draft' | 'active' | 'paused' | 'removed'
  condition: {
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
  } | null
  sourceKind: 'site' | 'zip'
  location: string
  accountId: string
  accountName: string
  username: string
  hasPassword: boolean
  automaticMapping: boolean
  defaultRegion: string
  domains: string[]
  schedule: string
  nextRunAt: string | null
  itemSizeMax: number
  collectedUntil: string | null
  termsAcceptedBy: string | null
  termsAcceptedAt: string | null
  createdBy: string
  createdAt: string
  progress: ConnectorProgress | null
  unmapped: number
  users: number
  mappingLines: number
  openFailures: number
  revision: number
}

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

export type ConnectorFailure = {
  itemId: string
  sourceItemId: string
  sourceUser: string
  mailbox: string
  reason: string
  failedAt: string
  resolvedAt: string | null
  runId: number
  replayable: boolean
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
  lastRun: {
    runId: number
    status: 'complete' | 'incomplete' | 'failed'
    completedAt: string | null
    items: number
  } | null
  progress: ConnectorProgress | null
  imported: number
  failed: number
  unmapped: number
}

export type ConnectorUser = {
  userId: string
  name: string
  number: string
  email: string
  appActive: boolean | null
  companyOwned: boolean | null
  mailbox: { mailboxId: number; address: string; displayName: string } | null
  mappedBy: 'custom-mapping' | 'email-property' | null
  failure: 'no-mapping' | 'mailbox-unknown' | 'mailbox-not-active' | 'no-participant' | null
  wanted: string
  lastItemAt: string | null
  silentDays: number | null
}

export type Conversation = { conversation: string; count: number; firstAt: string | null; last: MessageLine }

export type Custody = {
  itemId: string
  state: 'filed' | 'unmapped' | 'quarantined'
  connector: { connectorId: number; name: string; product: string; accountId: string }
  run: { runId: number; trigger: string; windowFrom: string; windowTo: string }
  batchId: number
  sourceItemId: string | null
  sentAt: string | null
  sentAtAsReceived: string
  arrivedAt: string
  collectedAt: string
  filedAt: string
  filings: Filing[]
  flags: string[]
  vaultObject: string
  originalSize: number
  messageSize: number | null
  originalDigest: string
  messageDigest: string
  exports: { exportId: string; requestedBy: string; completedAt: string; format: string }[]
  holds: {
    mailboxId: number
    holdId: number | null
    kind: 'litigation' | 'query'
    until: string | null
    delayed: boolean
    undecided: 'quarantined' | 'unindexed' | 'waiting' | 'partial' | 'too-wide' | 'pending' | null
  }[]
  acts: {
    entryId: string
    sequence: number | null
    at: string
    actor: string
    act: string
    subject: string
    detail: Record<string, unknown>
  }[]
  leaf: string
  entry: { entryId: string; at: string; sequence: number | null } | null
  checkpoint: { size: number; note: string } | null
}

export type DirectoryAttribute = { attribute: string; values: { value: string; mailboxes: number }[] }

export type DirectoryEntry = {
  mailboxId: number
  address: string
  displayName: string
  aliases: string[]
  activeFrom: string | null
  activeTo: string | null
  attributes: Record<string, string>
}

export type DirectoryReport = {
  problems: { line: number; column: string; reason: string }[]
  problemCount: number
  added: number
  changed: number
  unchanged: number
  missing: number
  deactivated: number
}

export type Disposal = {
  disposalId: number
  at: string
  cause: 'rule' | 'erasure'
  requestId: number | null
  filings: number
  items: number
  merkleRoot: string
  entryId: string
}

export type Disposition = {
  state: 'running' | 'paused' | 'clocks' | 'volume'
  pause: { by: string; at: string; reason: string } | null
  clocks: {
    processAt: string
    databaseAt: string
    checkpointAt: string | null
    trouble: 'apart' | 'ahead' | 'late' | 'leap' | 'back' | null
    leap: { from: string; to: string } | null
  }
  volume: { at: string; filings: number; confirmedBy: string | null } | null
  due: number
  waiting: number
  approved: number
  disposedToday: number
  lastRun: DispositionRun | null
  nextRunAt: string
  settings: {
    runAt: string
    dailyLimit: number | null
    unusualVolume: number
    twoPersons: boolean
    revision: number
  }
}

export type DispositionReview = {
  mailboxId: number
  itemId: string
  reviewId: number
  state: 'pending' | 'second' | 'approved' | 'disposed' | 'extended' | 'relabelled' | 'lapsed'
  address: string
  displayName: string
  kind: string | null
  direction: string | null
  sentAt: string | null
  connectorId: number | null
  labelId: number | null
  dueAt: string
  foundAt: string
  endedAt: string | null
  rule: { type: 'policy' | 'label'; id: number; name: string | null } | null
  decisions: {
    by: string
    at: string
    act: 'approve' | 'extend' | 'relabel'
    until: string | null
    labelId: number | null
    comment: string
  }[]
  needs: number
  mayApprove: boolean
}

export type DispositionRun = {
  runId: number
  cause: 'schedule' | 'person' | 'review'
  requestedBy: string
  requestedAt: string
  startedAt: string | null
  endedAt: string | null
  state: 'waiting' | 'running' | 'complete' | 'stopped'
  code: string | null
  due: number | null
  filings: number
  items: number
  reviewed: number
  kept: number
  lapsed: number
  disposalIds: number[]
}

export type EditedMappingLine = {
  entryId: string
  externalUserId: string
  mailboxAddress: string
  validFrom: string | null
  validTo: string | null
  revision: number
}

export type ErasureDetail = {
  requestId: number
  identities: ErasureIdentity[]
  basis: 'no-longer-needed' | 'consent-withdrawn' | 'objection' | 'unlawful' | 'legal-duty' | 'child'
  reason: string
  reference: string
  includeLater: boolean
  state: 'working' | 'paused' | 'waiting' | 'watching' | 'complete' | 'withdrawn'
  requestedBy: string
  requestedAt: string
  lookedAt: string | null
  due: number
  erasedCopies: number
  erasedItems: number
  goneCopies: number
  refusedCopies: number
  restrictedItems: number
  completedAt: string | null
  withdrawnBy: string | null
  withdrawnAt: string | null
  revision: number
  refused: {
    mailboxId: number
    address: string
    copies: number
    held: number
    retained: number
    untold: number
    until: string | null
  }[]
  disposals: { disposalId: number; at: string; copies: number; items: number }[]
  exports: string[]
}

export type ErasureIdentity = {
  type: 'number' | 'address'
  value: string
  from: string | null
  to: string | null
}

export type ErasurePreview = {
  identities: ErasureIdentity[]
  alsoKnownAs: ErasureIdentity[]
  items: number
  copies: number
  erasable: number
  held: number
  retained: number
  firstAt: string | null
  lastAt: string | null
  byKind: { kind: string; items: number }[]
  byMailbox: { mailboxId: number; address: string; copies: number; kept: number }[]
}

export type ErasureReport = {
  organisation: string
  requestId: number
  reference: string
  identities: ErasureIdentity[]
  basis: 'no-longer-needed' | 'consent-withdrawn' | 'objection' | 'unlawful' | 'legal-duty' | 'child'
  state: 'working' | 'paused' | 'waiting' | 'watching' | 'complete' | 'withdrawn'
  requestedAt: string
  reportedAt: string
  erased: { items: number; copies: number; byDay: { day: string; items: number; copies: number }[] }
  kept: {
    items: number
    legalClaims: number
    legalObligation: number
    records: {
      at: string
      kind: string
      direction: 'in' | 'out' | null
      grounds: ('legal-claims' | 'legal-obligation')[]
      until: string | null
    }[]
  }
  later: { items: number; included: boolean }
  exports: number
}

export type ErasureRequest = {
  requestId: number
  identities: ErasureIdentity[]
  basis: 'no-longer-needed' | 'consent-withdrawn' | 'objection' | 'unlawful' | 'legal-duty' | 'child'
  reason: string
  reference: string
  includeLater: boolean
  state: 'working' | 'paused' | 'waiting' | 'watching' | 'complete' | 'withdrawn'
  requestedBy: string
  requestedAt: string
  lookedAt: string | null
  due: number
  erasedCopies: number
  erasedItems: number
  goneCopies: number
  refusedCopies: number
  restrictedItems: number
  completedAt: string | null
  withdrawnBy: string | null
  withdrawnAt: string | null
  revision: number
}

export type EventType = {
  eventTypeId: number
  name: string
  description: string
  events: number
  rules: number
  createdBy: string
  createdAt: string
  revision: number
}

export type ExplainedFiling = {
  mailboxId: number
  address: string
  displayName: string
  hidden: boolean
  verdict:
    | 'held-pending'
    | 'held-ever'
    | 'held-until'
    | 'kept-ever'
    | 'kept-event'
    | 'kept-until'
    | 'extended-until'
    | 'review'
    | 'approved'
    | 'due'
    | 'later'
    | 'free'
  until: string | null
  fate: 'deleted' | 'reviewed' | 'stays' | 'unknown'
  earliest: string | null
  held: { until: string | null } | null
  holdPending: boolean
  retained: { until: string | null } | null
  deleteAt: string | null
  extendedUntil: string | null
  label: { labelId: number; name: string | null; by: 'person' | 'query' | 'rule' } | null
  labelTakenOff: boolean
  review: { reviewId: number; state: 'pending' | 'second' | 'approved' } | null
  archivedAt: string | null
  restricted: boolean
  evaluating: boolean
  reasons: KeepingReason[]
}

export type Explanation = {
  itemId: string
  at: string
  filings: ExplainedFiling[]
  gone: { mailboxId: number; address: string; disposalId: number; at: string }[]
  tombstone: { goneAt: string; disposalIds: number[] } | null
}

export type Export = {
  exportId: string
  name: string
  state:
    | 'waiting'
    | 'selecting'
    | 'writing'
    | 'finishing'
    | 'ready'
    | 'failed'
    | 'cancelled'
    | 'expired'
    | 'removed'
  source: {
    query: string | null
    runId: number | null
    mailboxIds: number[] | null
    connectorIds: number[] | null
    folders: string[] | null
  }
  format: 'eml' | 'mbox' | 'rsmf' | 'dat' | 'table'
  timeZone: string
  context: { type: 'none' | 'conversation' | 'day' } | { type: 'around'; messages: number }
  duplicates: 'suppressed' | 'kept'
  natives: boolean
  encryption: 'none' | 'pass-phrase' | 'recipient'
  recipient: string | null
  destination: 'download' | 'storage'
  expiresInDays: number
  requestedBy: string
  createdAt: string
  startedAt: string | null
  completedAt: string | null
  expiresAt: string | null
  endedAt: string | null
  endedBy: string | null
  counts: { matched: ExportCopyCount; context: ExportCopyCount }
  progress: { done: number; total: number }
  partiallyIndexed: number
  notYetIndexed: number
  restricted: number
  fileBytes: number
  packageSize: number | null
  fileName: string
  storedAs: string | null
  downloads: number
  downloadedAt: string | null
  error: { code: string; message: string; hint: string } | null
}

export type ExportCopyCount = {
  items: number
  copies: number
  exported: number
  failed: number
  suppressed: number
}

export type Failure = {
  itemId: string
  sourceItemId: string
  sourceUser: string
  mailbox: string
  reason: string
  failedAt: string
  resolvedAt: string | null
}

export type Filing = { mailbox: string; folder: string; filedAt: string; hiddenAt: string | null }

export type FinishedConnector = { connectorId: number; runId: number; revision: number }

export type HitLine = {
  itemId: string
  conversation: string
  kind: string
  state: 'filed' | 'unmapped' | 'quarantined'
  direction: 'in' | 'out' | null
  isOwn: boolean | null
  sentAt: string | null
  arrivedAt: string
  parties: Party[]
  groupName: string | null
  subject: string
  text: string
  attachments: number
  flags: string[]
  problem: string | null
  call: { status: string; seconds: number | null } | null
  amendment: 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages' | null
  hit: {
    subject: Mark[]
    excerpt: string
    marks: Mark[]
    more: number
    attachments: { number: number; name: string; marks: Mark[] }[]
    within: { number: number; name: string }[]
  } | null
}

export type Hold = {
  holdId: number
  kind: 'litigation' | 'query'
  state: 'active' | 'delayed' | 'released'
  name: string
  reason: string
  note: string
  link: string
  query: string | null
  days: number | null
  mailboxes: number
  placedBy: string
  placedAt: string
  releasedBy: string | null
  releasedAt: string | null
  delayUntil: string | null
  problem: string | null
  evaluating: boolean
  revision: number
}

export type HoldReport = {
  mailboxes: number
  copies: number
  held: number
  undecided: { reason: 'quarantined' | 'unindexed' | 'waiting' | 'partial' | 'too-wide'; copies: number }[]
  pending: number
  untold: number
}

export type Home = {
  items: number
  connectors: number
  log: { size: number; checkpointAt: string | null; waiting: number }
  alerts: AlertCounts
  attention: AttentionPoint[]
}

export type HomeCalendars = {
  rows: { connectorId: number; name: string; status: 'active' | 'paused'; days: CalendarDay[] }[]
}

export type ImportedMapping = {
  lines: number
  added: number
  changed: number
  unchanged: number
  removed: number
  revision: number
}

export type InPlaceArchive = {
  filings: number
  mailboxes: number
  tier: 'none' | 'cool' | 'cold' | null
  cooledObjects: number
}

export type ItemHistory = { days: string[]; kinds: { kind: string; items: number[] }[] }

export type KeepingReason = {
  rule: { type: 'policy' | 'label' | 'hold' | 'extension'; id: number | null; name: string | null }
  effect: 'hold' | 'retain' | 'delete'
  from: string | null
  until: string | null
  waitsFor: 'event' | 'query' | null
  setAside:
    | 'longest-retention'
    | 'label-deletion'
    | 'specific-deletion'
    | 'shortest-deletion'
    | 'released'
    | null
  blocks: boolean
}

export type KeyState = {
  masterKeyId: string
  masterKeyFile: string
  copiedAt: string | null
  keys: { purpose: string; version: number; createdAt: string }[]
}

export type LabelPut = { copies: number; changed: number; replaced: number }

export type LabelRule = {
  ruleId: number
  name: string
  labelId: number
  query: string | null
  mailboxIds: number[] | null
  connectorIds: number[] | null
  kinds: string[] | null
  active: boolean
  createdBy: string
  createdAt: string
  problem: string | null
  evaluating: boolean
  revision: number
}

export type LimitPreview = { reached: number; total: number; sample: MailboxName[] }

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

export type LogState = {
  epoch: number
  size: number
  root: string | null
  checkpointAt: string | null
  note: string | null
  waiting: number
  oldestWaitingAt: string | null
  publicKey: string
}

export type Mailbox = {
  mailboxId: number
  kind: 'person' | 'unmapped' | 'quarantine'
  address: string
  displayName: string
  aliases: string[]
  activeFrom: string | null
  activeTo: string | null
  attributes: Record<string, string>
  folders: { folderId: number; name: string; filings: number; archived: number; restricted: number }[]
}

export type MailboxChoice = {
  mailboxId: number
  address: string
  displayName: string
  activeFrom: string | null
  activeTo: string | null
}

export type MailboxLimit = { mailboxes: number[]; conditions: { attribute: string; values: string[] }[] }

export type MailboxName = { mailboxId: number; displayName: string; address: string }

export type MappingChange = {
  changeId: number
  entryId: string
  operation: 'add' | 'change' | 'remove'
  cause: 'import' | 'edit' | 'assign' | 'before-history'
  externalUserId: string
  mailboxAddress: string
  validFrom: string | null
  validTo: string | null
  before: { mailboxAddress: string; validFrom: string | null; validTo: string | null } | null
  changedAt: string
  changedBy: string
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

export type MappingLine = {
  entryId: string
  externalUserId: string
  mailboxAddress: string
  mailboxName: string | null
  validFrom: string | null
  validTo: string | null
  state: 'valid' | 'future' | 'ended'
  changedAt: string | null
  changedBy: string | null
  revision: number
}

export type Mark = { start: number; end: number }

export type MessageLine = {
  itemId: string
  conversation: string
  kind: string
  state: 'filed' | 'unmapped' | 'quarantined'
  direction: 'in' | 'out' | null
  isOwn: boolean | null
  sentAt: string | null
  arrivedAt: string
  parties: Party[]
  groupName: string | null
  subject: string
  text: string
  attachments: number
  flags: string[]
  problem: string | null
  call: { status: string; seconds: number | null } | null
  amendment: 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages' | null
}

export type NewAlertChannel = { channel: AlertChannel; secret: string | null }

export type NewApiToken = { token: ApiToken; text: string }

export type NewPassword = { password: string }

export type NewPerson = { person: Person; password: string | null }

export type OidcProvider = { issuer: string; authorizationEndpoint: string; scopes: string[] }

export type OpenedAuditEntry = {
  entryId: string
  sequence: number | null
  at: string
  actor: string
  act: string
  subject: string
  detail: Record<string, unknown>
  hasSealed: boolean
  sealed: Record<string, unknown> | null
}

export type OpenedMessage = {
  itemId: string
  conversation: string
  kind: string
  state: 'filed' | 'unmapped' | 'quarantined'
  direction: 'in' | 'out' | null
  isOwn: boolean | null
  sentAt: string | null
  arrivedAt: string
  parties: Party[]
  groupName: string | null
  subject: string
  text: string
  attachments: number
  flags: string[]
  problem: string | null
  isTextCut: boolean
  call: { status: string; startedAt: string | null; endedAt: string | null; seconds: number | null } | null
  amendment: {
    act: 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages'
    previousText: string | null
    itemId: string | null
  } | null
  reaction: { mark: string; isRemoved: boolean; quoted: string } | null
  isGroup: boolean
  files: AttachmentView[]
  reason: string | null
  headers: { name: string; value: string }[]
  hasHtml: boolean
  originalSize: number
  messageSize: number
  isOriginal: boolean
  filings: Filing[]
  versions: { itemId: string; filedAt: string }[]
}

export type OwnSession = {
  sessionId: string
  method: 'password' | 'oidc'
  place: 'portal' | 'console'
  createdAt: string
  usedAt: string
  expiresAt: string
  current: boolean
}

export type Party = {
  role: 'from' | 'to' | 'cc' | 'bcc'
  form: string
  number: string
  emails: string[]
  name: string | null
  isOwner: boolean
}

export type Person = {
  personId: number
  username: string
  displayName: string
  email: string
  language: 'en' | 'sv'
  status: 'active' | 'disabled'
  hasPassword: boolean
  mustChangePassword: boolean
  secondFactor: boolean
  oidcAllowed: boolean
  oidcBound: boolean
  lastSignInAt: string | null
  lockedUntil: string | null
  createdAt: string
  roleGroups: { roleGroupId: number; name: string }[]
  revision: number
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

export type QueryCheck =
  | {
      ok: true
      terms: number
      notes: {
        at: number
        length: number
        values: Record<string, string | number>
        reason: 'same-property' | 'plus' | 'nothing' | 'every-recipient' | 'received-as-sent'
        text: string
      }[]
    }
  | {
      ok: false
      at: number
      length: number
      values: Record<string, string | number>
      reason:
        | 'query-length'
        | 'term-count'
        | 'nesting'
        | 'word-count'
        | 'phrase-length'
        | 'term'
        | 'term-for-operator'
        | 'left-out'
        | 'left-out-word'
        | 'parenthesis-unopened'
        | 'parenthesis-open'
        | 'quotation-open'
        | 'quotation-empty'
        | 'property'
        | 'operator'
        | 'value'
        | 'text'
        | 'party'
        | 'number'
        | 'choice'
        | 'date'
        | 'size'
        | 'duration'
        | 'connector'
        | 'mailbox'
        | 'conversation'
        | 'hold'
        | 'item-class'
        | 'wildcard-place'
        | 'wildcard-whole'
        | 'beginning-length'
        | 'beginning-variants'
        | 'beginnings-variants'
        | 'near-operand'
        | 'near-property'
        | 'near-distance'
        | 'near-span'
        | 'words-list'
        | 'operator-unknown'
      expected: string
    }

export type QueryProperty = {
  name: string
  synonyms: string[]
  form: string
  operators: string[]
  choices: string[] | null
  example: string
  meaning: string
}

export type Readiness = { status: 'ready' | 'not-ready'; database: boolean; storage: boolean }

export type RecoveryCodes = { recoveryCodes: string[] }

export type Replay = {
  replayId: number
  connectorId: number | null
  requestedBy: string
  createdAt: string
  completedAt: string | null
  failures: number
  lookedAt: number
  resolved: number
  filings: number
}

export type RetentionEvent = {
  eventId: number
  eventTypeId: number
  name: string
  description: string
  happenedAt: string
  mailboxIds: number[] | null
  recordedBy: string
  recordedAt: string
  withdrawnBy: string | null
  withdrawnAt: string | null
  revision: number
}

export type RetentionLabel = {
  labelId: number
  name: string
  description: string
  action: 'none' | 'retain' | 'delete' | 'retain-then-delete'
  period: string | null
  start: 'sent' | 'imported' | 'event'
  eventTypeId: number | null
  review: boolean
  copies: number
  rules: number
  createdBy: string
  createdAt: string
  retiredBy: string | null
  retiredAt: string | null
  revision: number
}

export type RetentionPolicy = {
  policyId: number
  name: string
  description: string
  belowPreset: string
  appliesTo: 'all' | 'mailboxes' | 'scopes'
  mailboxIds: number[]
  excludedIds: number[]
  scopeIds: number[]
  connectorIds: number[] | null
  kinds: string[] | null
  action: 'retain' | 'delete' | 'retain-then-delete'
  period: string | null
  startFrom: 'sent' | 'imported' | 'event'
  eventTypeId: number | null
  review: boolean
  presetId: 'sec-17a-4' | 'finra-4511' | 'mifid-ii' | 'fca-sysc-10a' | 'cftc-1-31' | null
  state: 'on' | 'off' | 'removed'
  mailboxes: number
  evaluating: boolean
  createdBy: string
  createdAt: string
  lockedBy: string | null
  lockedAt: string | null
  removedBy: string | null
  removedAt: string | null
  revision: number
}

export type RetentionPreset = {
  presetId: 'sec-17a-4' | 'finra-4511' | 'mifid-ii' | 'fca-sysc-10a' | 'cftc-1-31'
  name: string
  says: string
  claims: string
  action: 'retain' | 'delete' | 'retain-then-delete'
  period: string
  extension: string | null
  starts: ('sent' | 'imported' | 'event')[]
  sources: { title: string; url: string }[]
}

export type RetentionWhatIf = {
  at: string
  mailboxes: number
  total: {
    copies: number
    retained: number
    released: number
    deleted: number
    spared: number
    dueAtOnce: number
    held: number
  }
  byMailbox: {
    mailboxId: number
    address: string
    displayName: string
    copies: number
    retained: number
    released: number
    deleted: number
    spared: number
    dueAtOnce: number
    held: number
  }[]
  changedMailboxes: number
  earliest: {
    itemId: string
    mailboxId: number
    address: string
    date: string
    before: { retainUntil: string | 'ever' | null; deleteAt: string | null }
    after: { retainUntil: string | 'ever' | null; deleteAt: string | null }
  }[]
}

export type RoleGroup = {
  roleGroupId: number
  name: string
  description: string
  builtIn: boolean
  roles: (
    | 'Mailbox Import Export'
    | 'Organization Configuration'
    | 'View-Only Configuration'
    | 'Mail Recipients'
    | 'Role Management'
    | 'Audit Logs'
    | 'Compliance Search'
    | 'Preview'
    | 'Export'
    | 'Hold'
    | 'Case Management'
    | 'Review'
    | 'Retention Management'
    | 'Disposition Management'
    | 'Communication Compliance'
  )[]
  members: number
  limit: { mailboxes: MailboxName[]; conditions: { attribute: string; values: string[] }[] } | null
  reached: number | null
  revision: number
}

export type RoleGroupMember = {
  personId: number
  username: string
  displayName: string
  status: 'active' | 'disabled'
  source: 'manual' | 'oidc'
  addedAt: string
}

export type RoleInGroups = {
  role:
    | 'Mailbox Import Export'
    | 'Organization Configuration'
    | 'View-Only Configuration'
    | 'Mail Recipients'
    | 'Role Management'
    | 'Audit Logs'
    | 'Compliance Search'
    | 'Preview'
    | 'Export'
    | 'Hold'
    | 'Case Management'
    | 'Review'
    | 'Retention Management'
    | 'Disposition Management'
    | 'Communication Compliance'
  limitable: boolean
  roleGroups: { roleGroupId: number; name: string }[]
}

export type Run = {
  runId: number
  connectorId: number
  trigger: 'schedule' | 'manual' | 'back-fill'
  status: 'waiting' | 'collecting' | 'filing' | 'complete' | 'incomplete' | 'failed'
  windowFrom: string
  windowTo: string
  requestedBy: string
  requestedAt: string
  startedAt: string | null
  completedAt: string | null
  errorCode: string | null
  errorMessage: string | null
  items: {
    fromSource: number | null
    read: number
    filed: number
    unmapped: number
    duplicate: number
    disposed: number
    failed: number
  }
  filings: { available: number; imported: number; partial: number; skipped: number; failed: number }
  broken: { sum: 'items' | 'read' | 'filings'; left: number; right: number }[]
}

export type RunDetail = {
  runId: number
  connectorId: number
  trigger: 'schedule' | 'manual' | 'back-fill'
  status: 'waiting' | 'collecting' | 'filing' | 'complete' | 'incomplete' | 'failed'
  windowFrom: string
  windowTo: string
  requestedBy: string
  requestedAt: string
  startedAt: string | null
  completedAt: string | null
  errorCode: string | null
  errorMessage: string | null
  items: {
    fromSource: number | null
    read: number
    filed: number
    unmapped: number
    duplicate: number
    disposed: number
    failed: number
  }
  filings: { available: number; imported: number; partial: number; skipped: number; failed: number }
  broken: { sum: 'items' | 'read' | 'filings'; left: number; right: number }[]
  connectorName: string
  productName: string
  demonstration: boolean
  failures: { reason: string; failures: number; resolved: number }[]
}

export type SavedSearch = {
  savedSearchId: number
  owner: string
  name: string
  description: string
  query: string
  mailboxIds: number[] | null
  connectorIds: number[] | null
  folders: string[] | null
  runsMax: number
  revision: number
  madeAt: string
  changedAt: string
}

export type ScopeCondition =
  | { type: 'and' | 'or'; of: ScopeCondition[] }
  | { type: 'not'; of: ScopeCondition }
  | { type: 'attribute'; attribute: string; operator: 'equals' | 'starts-with'; values: string[] }

export type SearchEstimate = {
  items: number
  bytes: number
  byMailbox: { mailboxId: number; address: string; displayName: string; items: number; bytes: number }[]
  byKind: { kind: string; items: number; bytes: number }[]
  partiallyIndexed: number
  notYetIndexed: number
  restricted: number
  at: string
}

export type SearchRun = {
  searchRunId: number
  savedSearchId: number
  revision: number
  status: 'waiting' | 'working' | 'complete' | 'failed'
  requestedBy: string
  requestedAt: string
  startedAt: string | null
  endedAt: string | null
  lookedAt: string | null
  errorCode: string | null
  items: number | null
  bytes: number | null
  partiallyIndexed: number | null
  notYetIndexed: number | null
  restricted: number | null
  mailboxIds: number[] | null
  connectorIds: number[] | null
  folders: string[] | null
  index: { tokenizer: number; unicode: string } | null
}

export type SecondFactorSecret = { secret: string; uri: string }

export type Session = {
  state: 'signed-in' | 'second-factor-needed' | 'password-change-needed'
  person: { personId: number; username: string; displayName: string; language: 'en' | 'sv' }
  roles: { role: string; limited: boolean }[]
  csrfToken: string | null
  secondFactor: boolean
  archive: { organisation: string; demonstration: boolean }
  expiresAt: string
}

export type ShownDisposal = {
  disposalId: number
  at: string
  cause: 'rule' | 'erasure'
  requestId: number | null
  filings: number
  items: number
  merkleRoot: string
  entryId: string
  actor: string
  approvedBy: string[]
  exports: {
    id: string
    format: string
    state: string
    requestedAt: string
    completedAt: string | null
    downloads: number
    destination: string
  }[]
}

export type SignInSettings = {
  sessionMinutesMax: number
  sessionMinutesIdle: number
  oidc: {
    issuer: string
    clientId: string
    name: string
    scopes: string[]
    usernameClaim: string
    usernameTrusted: boolean
    unknownPersons: 'refuse' | 'add'
    groupsClaim: string
    groups: { group: string; roleGroupId: number }[]
    hasSecret: boolean
  } | null
  redirectUri: string
  revision: number
}

export type StreamEntry = {
  itemId: string
  conversation: string
  kind: string
  state: 'filed' | 'unmapped' | 'quarantined'
  direction: 'in' | 'out' | null
  isOwn: boolean | null
  sentAt: string | null
  arrivedAt: string
  parties: Party[]
  groupName: string | null
  subject: string
  text: string
  attachments: number
  flags: string[]
  problem: string | null
  isTextCut: boolean
  call: { status: string; startedAt: string | null; endedAt: string | null; seconds: number | null } | null
  amendment: {
    act: 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages'
    previousText: string | null
    itemId: string | null
  } | null
  reaction: { mark: string; isRemoved: boolean; quoted: string } | null
  isGroup: boolean
  files: AttachmentView[]
  renamedFrom: string | null
  joined: Party[]
  left: Party[]
}

export type TermReport = {
  termReportId: number
  name: string
  owner: string
  status: 'waiting' | 'working' | 'complete' | 'failed'
  requestedAt: string
  startedAt: string | null
  endedAt: string | null
  errorCode: string | null
  lines: number
  linesDone: number
  items: number | null
  bytes: number | null
  partiallyIndexed: number | null
  notYetIndexed: number | null
  restricted: number | null
  mailboxIds: number[] | null
  connectorIds: number[] | null
  folders: string[] | null
}

export type UnmappedCount = { numbers: number; items: number }

export type UnmappedNumber = {
  connectorId: number
  connectorName: string
  sourceUser: string
  registeredName: string | null
  reasons: ('no-mapping' | 'mailbox-unknown' | 'mailbox-not-active' | 'no-participant')[]
  wanted: string[]
  items: number
  firstAt: string
  lastAt: string
  samples: { itemId: string; at: string; kind: string; direction: string | null }[]
}

export type Verification = {
  verificationId: number
  requestedBy: string
  startedAt: string
  endedAt: string | null
  status: 'running' | 'sound' | 'broken' | 'failed'
  leaves: number
  leavesExpected: number
  keyGiven: boolean
  checkpointGiven: boolean
  report: {
    origin: 'proven' | 'unproven'
    entries: number
    treeSize: number
    checkpoints: number
    findings: { code: string; message: string; broken: boolean; sequence?: number; entryId?: string }[]
    findingsTotal: number
  } | null
  errorCode: string | null
}

export const client = {
  /** Who is signed in; the problem of nobody says how one can sign in. */
  getSession(input: Options = {}): Promise<Session> {
    return call('GET', '/session', { signal: input.signal })
  },
  /** Sign in with user name and password. */
  startSession(input: { body: { username: string; password: string } } & Options): Promise<Session> {
    return call('POST', '/session', { body: input.body, signal: input.signal })
  },
  /** Sign out. */
  signOut(input: Options = {}): Promise<void> {
    return call('DELETE', '/session', { signal: input.signal })
  },
  /** Give the code of the authenticator app, or a recovery code. */
  giveSecondFactor(input: { body: { code: string } } & Options): Promise<Session> {
    return call('POST', '/session/second-factor', { body: input.body, signal: input.signal })
  },
  /** Change the own password; every other session of the person ends. */
  changePassword(input: { body: { current: string; next: string } } & Options): Promise<Session> {
    return call('POST', '/session/password', { body: input.body, signal: input.signal })
  },
  /** Go to the organisation's sign-in (OpenID Connect). */
  startOidc(input: { returnTo?: string | undefined } = {}): string {
    return addressOf('/session/oidc/start', { query: { returnTo: input.returnTo } })
  },
  /** Where the organisation's sign-in sends the browser back to. */
  finishOidc(): string {
    return addressOf('/session/oidc/callback', {})
  },
  /** The own account. */
  getAccount(input: Options = {}): Promise<Account> {
    return call('GET', '/account', { signal: input.signal })
  },
  /** Change the own language or display name. */
  editAccount(input: { body: { language?: 'en' | 'sv'; displayName?: string } } & Options): Promise<Account> {
    return call('PATCH', '/account', { body: input.body, signal: input.signal })
  },
  /** Make a secret for an authenticator app; it counts once it is confirmed. */
  beginSecondFactor(input: Options = {}): Promise<SecondFactorSecret> {
    return call('POST', '/account/second-factor', { signal: input.signal })
  },
  /** Take the second factor off, with the password, or with a code where there is no password. */
  removeSecondFactor(input: { body: { password?: string; code?: string } } & Options): Promise<void> {
    return call('DELETE', '/account/second-factor', { body: input.body, signal: input.signal })
  },
  /** Confirm the secret with a code; the recovery codes are shown this once. */
  confirmSecondFactor(input: { body: { code: string } } & Options): Promise<RecoveryCodes> {
    return call('POST', '/account/second-factor/confirm', { body: input.body, signal: input.signal })
  },
  /** Where the person is signed in. */
  listOwnSessions(input: Options = {}): Promise<{ rows: OwnSession[] }> {
    return call('GET', '/account/sessions', { signal: input.signal })
  },
  /** Sign out everywhere, here too. */
  signOutEverywhere(input: Options = {}): Promise<void> {
    return call('DELETE', '/account/sessions', { signal: input.signal })
  },
  /** Sign out somewhere else. */
  endOwnSession(input: { sessionId: string } & Options): Promise<void> {
    return call('DELETE', '/account/sessions/{sessionId}', {
      params: { sessionId: input.sessionId },
      signal: input.signal,
    })
  },
  /** The own API tokens. */
  listOwnTokens(input: Options = {}): Promise<{ rows: ApiToken[] }> {
    return call('GET', '/account/tokens', { signal: input.signal })
  },
  /** Make an API token with some of the own roles; its text is shown this once. */
  addToken(
    input: {
      body: {
        name: string
        roles: (
          | 'Mailbox Import Export'
          | 'Organization Configuration'
          | 'View-Only Configuration'
          | 'Mail Recipients'
          | 'Role Management'
          | 'Audit Logs'
          | 'Compliance Search'
          | 'Preview'
          | 'Export'
          | 'Hold'
          | 'Case Management'
          | 'Review'
          | 'Retention Management'
          | 'Disposition Management'
          | 'Communication Compliance'
        )[]
        days: number
      }
    } & Options,
  ): Promise<NewApiToken> {
    return call('POST', '/account/tokens', { body: input.body, signal: input.signal })
  },
  /** Revoke an API token of the own. */
  revokeOwnToken(input: { tokenId: number } & Options): Promise<void> {
    return call('DELETE', '/account/tokens/{tokenId}', {
      params: { tokenId: input.tokenId },
      signal: input.signal,
    })
  },
  /** Everybody's API tokens. */
  listTokens(input: Options = {}): Promise<{ rows: ApiToken[] }> {
    return call('GET', '/tokens', { signal: input.signal })
  },
  /** Revoke anybody's API token. */
  revokeToken(input: { tokenId: number } & Options): Promise<void> {
    return call('DELETE', '/tokens/{tokenId}', { params: { tokenId: input.tokenId }, signal: input.signal })
  },
  /** Every role, whether it can be limited to mailboxes, and the role groups that have it. */
  listRoles(input: Options = {}): Promise<{ rows: RoleInGroups[] }> {
    return call('GET', '/roles', { signal: input.signal })
  },
  /** All role groups, built-in ones first. */
  listRoleGroups(input: Options = {}): Promise<{ rows: RoleGroup[] }> {
    return call('GET', '/role-groups', { signal: input.signal })
  },
  /** Add a role group. */
  addRoleGroup(
    input: {
      body: {
        name: string
        description?: string
        roles?: (
          | 'Mailbox Import Export'
          | 'Organization Configuration'
          | 'View-Only Configuration'
          | 'Mail Recipients'
          | 'Role Management'
          | 'Audit Logs'
          | 'Compliance Search'
          | 'Preview'
          | 'Export'
          | 'Hold'
          | 'Case Management'
          | 'Review'
          | 'Retention Management'
          | 'Disposition Management'
          | 'Communication Compliance'
        )[]
        limit?: MailboxLimit | null
      }
    } & Options,
  ): Promise<RoleGroup> {
    return call('POST', '/role-groups', { body: input.body, signal: input.signal })
  },
  /** One role group. */
  getRoleGroup(input: { roleGroupId: number } & Options): Promise<RoleGroup> {
    return call('GET', '/role-groups/{roleGroupId}', {
      params: { roleGroupId: input.roleGroupId },
      signal: input.signal,
    })
  },
  /** Change a role group: it holds for every member at their next call. */
  editRoleGroup(
    input: {
      roleGroupId: number
      body: {
        name?: string
        description?: string
        roles?: (
          | 'Mailbox Import Export'
          | 'Organization Configuration'
          | 'View-Only Configuration'
          | 'Mail Recipients'
          | 'Role Management'
          | 'Audit Logs'
          | 'Compliance Search'
          | 'Preview'
          | 'Export'
          | 'Hold'
          | 'Case Management'
          | 'Review'
          | 'Retention Management'
          | 'Disposition Management'
          | 'Communication Compliance'
        )[]
        limit?: MailboxLimit | null
      }
      revision: number
    } & Options,
  ): Promise<RoleGroup> {
    return call('PATCH', '/role-groups/{roleGroupId}', {
      params: { roleGroupId: input.roleGroupId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a role group; its members lose what it gave them. */
  removeRoleGroup(input: { roleGroupId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/role-groups/{roleGroupId}', {
      params: { roleGroupId: input.roleGroupId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Members of a role group by user name. */
  listMembers(
    input: { roleGroupId: number; limit?: number | undefined; after?: string | undefined } & Options,
  ): Promise<{ rows: RoleGroupMember[]; next: string | null; total?: number }> {
    return call('GET', '/role-groups/{roleGroupId}/members', {
      params: { roleGroupId: input.roleGroupId },
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Make a person a member of a role group. */
  addMember(input: { roleGroupId: number; personId: number } & Options): Promise<void> {
    return call('PUT', '/role-groups/{roleGroupId}/members/{personId}', {
      params: { roleGroupId: input.roleGroupId, personId: input.personId },
      signal: input.signal,
    })
  },
  /** Take a person out of a role group. */
  removeMember(input: { roleGroupId: number; personId: number } & Options): Promise<void> {
    return call('DELETE', '/role-groups/{roleGroupId}/members/{personId}', {
      params: { roleGroupId: input.roleGroupId, personId: input.personId },
      signal: input.signal,
    })
  },
  /** How many mailboxes a limit would reach, and the first of them. */
  previewMailboxLimit(input: { body: MailboxLimit } & Options): Promise<LimitPreview> {
    return call('POST', '/mailbox-limits/preview', { body: input.body, signal: input.signal })
  },
  /** The attributes of the directory with their values, for limits. */
  listDirectoryAttributes(input: Options = {}): Promise<{ rows: DirectoryAttribute[] }> {
    return call('GET', '/mailbox-limits/attributes', { signal: input.signal })
  },
  /** Mailboxes by name or address, for limits. */
  findLimitMailboxes(
    input: { body: { containing?: string; limit?: number } } & Options,
  ): Promise<{ rows: MailboxName[] }> {
    return call('POST', '/mailbox-limits/mailboxes', { body: input.body, signal: input.signal })
  },
  /** Who acted on the console without a sign-in in the last 30 days, and how often. */
  listBreakGlass(input: Options = {}): Promise<{ since: string; rows: BreakGlass[] }> {
    return call('GET', '/break-glass', { signal: input.signal })
  },
  /** Persons by user name. */
  listPersons(
    input: {
      limit?: number | undefined
      after?: string | undefined
      containing?: string | undefined
    } & Options = {},
  ): Promise<{ rows: Person[]; next: string | null; total?: number }> {
    return call('GET', '/persons', {
      query: { limit: input.limit, after: input.after, containing: input.containing },
      signal: input.signal,
    })
  },
  /** Add a person; the generated password is shown this once. */
  addPerson(
    input: {
      body: {
        username: string
        displayName: string
        email?: string
        language?: 'en' | 'sv'
        signIn?: 'password' | 'oidc' | 'both'
      }
    } & Options,
  ): Promise<NewPerson> {
    return call('POST', '/persons', { body: input.body, signal: input.signal })
  },
  /** One person. */
  getPerson(input: { personId: number } & Options): Promise<Person> {
    return call('GET', '/persons/{personId}', { params: { personId: input.personId }, signal: input.signal })
  },
  /** Change a person; disabling ends every session at once. */
  editPerson(
    input: {
      personId: number
      body: {
        displayName?: string
        email?: string
        language?: 'en' | 'sv'
        status?: 'active' | 'disabled'
        oidcAllowed?: boolean
        oidcUnbind?: boolean
      }
      revision: number
    } & Options,
  ): Promise<Person> {
    return call('PATCH', '/persons/{personId}', {
      params: { personId: input.personId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Give a person a new password, which is shown this once; every session of theirs ends. */
  resetPassword(
    input: { personId: number; body: { secondFactorToo?: boolean } } & Options,
  ): Promise<NewPassword> {
    return call('POST', '/persons/{personId}/password', {
      params: { personId: input.personId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** How people sign in. */
  getSignInSettings(input: Options = {}): Promise<SignInSettings> {
    return call('GET', '/sign-in-settings', { signal: input.signal })
  },
  /** Change how people sign in; without a client secret the one there is stays. */
  saveSignInSettings(
    input: {
      body: {
        sessionMinutesMax: number
        sessionMinutesIdle: number
        oidc: {
          issuer: string
          clientId: string
          name: string
          scopes: string[]
          usernameClaim: string
          usernameTrusted: boolean
          unknownPersons: 'refuse' | 'add'
          groupsClaim: string
          groups: { group: string; roleGroupId: number }[]
          clientSecret?: string
        } | null
      }
      revision: number
    } & Options,
  ): Promise<SignInSettings> {
    return call('PUT', '/sign-in-settings', {
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Ask a provider for its discovery document, with settings that need not be saved. */
  testOidc(input: { body: { issuer: string; clientId?: string } } & Options): Promise<OidcProvider> {
    return call('POST', '/sign-in-settings/test', { body: input.body, signal: input.signal })
  },
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
  /** One connector: how it is, and its settings. */
  getConnector(input: { connectorId: number } & Options): Promise<Connector> {
    return call('GET', '/connectors/{connectorId}', {
      params: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** Change settings of a connector; those left out stay. */
  editConnector(
    input: {
      connectorId: number
      body: {
        name?: string
        automaticMapping?: boolean
        defaultRegion?: string
        domains?: string[]
        schedule?: string
        itemSizeMax?: number
      }
      revision: number
    } & Options,
  ): Promise<Connector> {
    return call('PATCH', '/connectors/{connectorId}', {
      params: { connectorId: input.connectorId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a connector and forget its password; what it imported stays. */
  removeConnector(input: { connectorId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/connectors/{connectorId}', {
      params: { connectorId: input.connectorId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Replace how a connector signs in; the site is tried first, and the account must stay the same. */
  replaceCredentials(
    input: {
      connectorId: number
      body: { location?: string; username: string; password: string }
      revision: number
    } & Options,
  ): Promise<Connector> {
    return call('PUT', '/connectors/{connectorId}/credentials', {
      params: { connectorId: input.connectorId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Stop scheduled imports. */
  pauseConnector(input: { connectorId: number } & Options): Promise<Connector> {
    return call('POST', '/connectors/{connectorId}/pause', {
      params: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** Let scheduled imports go on; what was missed is caught up. */
  resumeConnector(input: { connectorId: number } & Options): Promise<Connector> {
    return call('POST', '/connectors/{connectorId}/resume', {
      params: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** Import now: what is due, or the window named (a back-fill). */
  startRun(input: { connectorId: number; body: { from?: string; to?: string } } & Options): Promise<Run> {
    return call('POST', '/connectors/{connectorId}/runs', {
      params: { connectorId: input.connectorId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** The runs of a connector, newest first. */
  listRuns(
    input: {
      connectorId: number
      limit?: number | undefined
      after?: string | undefined
      status?: 'open' | 'complete' | 'incomplete' | 'failed' | undefined
      day?: string | undefined
    } & Options,
  ): Promise<{ rows: Run[]; next: string | null; total?: number }> {
    return call('GET', '/connectors/{connectorId}/runs', {
      params: { connectorId: input.connectorId },
      query: { limit: input.limit, after: input.after, status: input.status, day: input.day },
      signal: input.signal,
    })
  },
  /** What a back-fill of a window would read, as the site counts it now. */
  previewBackFill(
    input: { connectorId: number; from: string; to: string } & Options,
  ): Promise<BackFillPreview> {
    return call('GET', '/connectors/{connectorId}/back-fill', {
      params: { connectorId: input.connectorId },
      query: { from: input.from, to: input.to },
      signal: input.signal,
    })
  },
  /** The last days of a connector: which are complete, and which have a gap. */
  getCompleteness(
    input: { connectorId: number; days?: number | undefined } & Options,
  ): Promise<Completeness> {
    return call('GET', '/connectors/{connectorId}/calendar', {
      params: { connectorId: input.connectorId },
      query: { days: input.days },
      signal: input.signal,
    })
  },
  /** The users registered at the site: each with the mailbox of today, and days of silence. */
  listConnectorUsers(
    input: {
      connectorId: number
      limit?: number | undefined
      after?: string | undefined
      search?: string | undefined
      filter?: 'all' | 'by-csv' | 'by-email' | 'unmapped' | 'app-off' | 'silent' | undefined
      order?: 'name' | 'silence' | undefined
    } & Options,
  ): Promise<{
    rows: ConnectorUser[]
    next: string | null
    total?: number
    totals: {
      users: number
      byCsv: number
      byEmail: number
      unmapped: number
      appOff: number
      silent: number
    }
  }> {
    return call('GET', '/connectors/{connectorId}/users', {
      params: { connectorId: input.connectorId },
      query: {
        limit: input.limit,
        after: input.after,
        search: input.search,
        filter: input.filter,
        order: input.order,
      },
      signal: input.signal,
    })
  },
  /** All runs of a connector with the columns of Microsoft’s connector report. */
  downloadRuns(input: { connectorId: number }): string {
    return addressOf('/connectors/{connectorId}/runs.csv', { params: { connectorId: input.connectorId } })
  },
  /** A run with its completeness statement. */
  getRun(input: { runId: number } & Options): Promise<RunDetail> {
    return call('GET', '/runs/{runId}', { params: { runId: input.runId }, signal: input.signal })
  },
  /** The itemised failures of a run. */
  listRunFailures(
    input: {
      runId: number
      limit?: number | undefined
      after?: string | undefined
      reason?: string | undefined
      open?: 'true' | 'false' | undefined
    } & Options,
  ): Promise<{ rows: Failure[]; next: string | null; total?: number }> {
    return call('GET', '/runs/{runId}/failures', {
      params: { runId: input.runId },
      query: { limit: input.limit, after: input.after, reason: input.reason, open: input.open },
      signal: input.signal,
    })
  },
  /** All failures of a run, with the columns of Microsoft’s connector report. */
  downloadRunFailures(input: { runId: number }): string {
    return addressOf('/runs/{runId}/failures.csv', { params: { runId: input.runId } })
  },
  /** The failures of a connector over all its runs, newest first. */
  listConnectorFailures(
    input: {
      connectorId: number
      limit?: number | undefined
      after?: string | undefined
      reason?: string | undefined
      open?: 'true' | 'false' | undefined
      search?: string | undefined
    } & Options,
  ): Promise<{ rows: ConnectorFailure[]; next: string | null; total?: number }> {
    return call('GET', '/connectors/{connectorId}/failures', {
      params: { connectorId: input.connectorId },
      query: {
        limit: input.limit,
        after: input.after,
        reason: input.reason,
        open: input.open,
        search: input.search,
      },
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
  /** The lines of a custom mapping, as it is or as it was at a moment. */
  listMapping(
    input: {
      connectorId: number
      limit?: number | undefined
      after?: string | undefined
      search?: string | undefined
      at?: string | undefined
    } & Options,
  ): Promise<{ rows: MappingLine[]; next: string | null; total?: number }> {
    return call('GET', '/connectors/{connectorId}/mapping', {
      params: { connectorId: input.connectorId },
      query: { limit: input.limit, after: input.after, search: input.search, at: input.at },
      signal: input.signal,
    })
  },
  /** Add a line. */
  addMappingLine(
    input: {
      connectorId: number
      body: {
        externalUserId: string
        mailboxAddress: string
        validFrom?: string | null
        validTo?: string | null
      }
    } & Options,
  ): Promise<EditedMappingLine> {
    return call('POST', '/connectors/{connectorId}/mapping', {
      params: { connectorId: input.connectorId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** Who changed which line of a custom mapping, and when; newest first. */
  listMappingChanges(
    input: {
      connectorId: number
      limit?: number | undefined
      after?: string | undefined
      search?: string | undefined
      entryId?: string | undefined
    } & Options,
  ): Promise<{ rows: MappingChange[]; next: string | null; total?: number }> {
    return call('GET', '/connectors/{connectorId}/mapping/history', {
      params: { connectorId: input.connectorId },
      query: { limit: input.limit, after: input.after, search: input.search, entryId: input.entryId },
      signal: input.signal,
    })
  },
  /** Change where a line leads, or when it is valid. */
  changeMappingLine(
    input: {
      connectorId: number
      entryId: string
      body: { mailboxAddress?: string; validFrom?: string | null; validTo?: string | null }
      revision: number
    } & Options,
  ): Promise<EditedMappingLine> {
    return call('PATCH', '/connectors/{connectorId}/mapping/{entryId}', {
      params: { connectorId: input.connectorId, entryId: input.entryId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a line; what it filed stays, and the history keeps it. */
  removeMappingLine(
    input: { connectorId: number; entryId: string; revision: number } & Options,
  ): Promise<void> {
    return call('DELETE', '/connectors/{connectorId}/mapping/{entryId}', {
      params: { connectorId: input.connectorId, entryId: input.entryId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Mailboxes of the directory that a number could be assigned. */
  findMailboxChoices(
    input: { body: { containing?: string; limit?: number } } & Options,
  ): Promise<{ rows: MailboxChoice[] }> {
    return call('POST', '/mailbox-choices', { body: input.body, signal: input.signal })
  },
  /** What found no mailbox, by number; most items first. */
  listUnmapped(
    input: {
      limit?: number | undefined
      after?: string | undefined
      connectorId?: number | undefined
      reason?: 'no-mapping' | 'mailbox-unknown' | 'mailbox-not-active' | 'no-participant' | undefined
      search?: string | undefined
    } & Options = {},
  ): Promise<{ rows: UnmappedNumber[]; next: string | null; total?: number; items: number }> {
    return call('GET', '/unmapped', {
      query: {
        limit: input.limit,
        after: input.after,
        connectorId: input.connectorId,
        reason: input.reason,
        search: input.search,
      },
      signal: input.signal,
    })
  },
  /** How many numbers, and items, found no mailbox. */
  countUnmapped(input: Options = {}): Promise<UnmappedCount> {
    return call('GET', '/unmapped/count', { signal: input.signal })
  },
  /** Who takes part in the items that name none of our people. */
  listUnmappedParties(
    input: { connectorId: number } & Options,
  ): Promise<{ rows: { party: string; items: number }[] }> {
    return call('GET', '/unmapped/parties', {
      query: { connectorId: input.connectorId },
      signal: input.signal,
    })
  },
  /** Assign a number a mailbox, as a line of the custom mapping, and file what was kept for it. */
  assignUnmapped(
    input: {
      body: {
        connectorId: number
        sourceUser: string
        line: {
          externalUserId: string
          mailboxAddress: string
          validFrom?: string | null
          validTo?: string | null
        }
      }
    } & Options,
  ): Promise<Assignment> {
    return call('POST', '/unmapped/assign', { body: input.body, signal: input.signal })
  },
  /** File again what can be filed now, after a correction of mapping or directory. */
  replayUnmapped(input: { body: { connectorId?: number } } & Options): Promise<Replay> {
    return call('POST', '/unmapped/replay', { body: input.body, signal: input.signal })
  },
  /** The last replays, newest first. */
  listReplays(input: { limit?: number | undefined } & Options = {}): Promise<{ rows: Replay[] }> {
    return call('GET', '/replays', { query: { limit: input.limit }, signal: input.signal })
  },
  /** A replay: how far it is. */
  getReplay(input: { replayId: number } & Options): Promise<Replay> {
    return call('GET', '/replays/{replayId}', { params: { replayId: input.replayId }, signal: input.signal })
  },
  /** The mailboxes that you may read, with their folders and how many items each holds. */
  listMailboxes(
    input: {
      limit?: number | undefined
      after?: string | undefined
      kind?: 'person' | 'reserved' | undefined
      containing?: string | undefined
    } & Options = {},
  ): Promise<{ rows: Mailbox[]; next: string | null; total?: number }> {
    return call('GET', '/mailboxes', {
      query: { limit: input.limit, after: input.after, kind: input.kind, containing: input.containing },
      signal: input.signal,
    })
  },
  /** A mailbox with its folders. */
  getMailbox(input: { address: string } & Options): Promise<Mailbox> {
    return call('GET', '/mailboxes/{address}', { params: { address: input.address }, signal: input.signal })
  },
  /** The messages of a folder, newest first. */
  readFolder(
    input: {
      address: string
      folder?: string | undefined
      direction?: 'in' | 'out' | undefined
      from?: string | undefined
      to?: string | undefined
      after?: string | undefined
      before?: string | undefined
      kinds?: string | undefined
      attachments?: 'true' | undefined
      archive?: 'true' | 'false' | undefined
      limit?: number | undefined
    } & Options,
  ): Promise<{ rows: MessageLine[]; older: string | null; newer: string | null }> {
    return call('GET', '/mailboxes/{address}/messages', {
      params: { address: input.address },
      query: {
        folder: input.folder,
        direction: input.direction,
        from: input.from,
        to: input.to,
        after: input.after,
        before: input.before,
        kinds: input.kinds,
        attachments: input.attachments,
        archive: input.archive,
        limit: input.limit,
      },
      signal: input.signal,
    })
  },
  /** The messages of a folder that have these words or participants, newest first. */
  searchFolder(
    input: {
      address: string
      body: {
        folder?: string
        direction?: 'in' | 'out'
        from?: string
        to?: string
        after?: string
        before?: string
        kinds?: ('sms' | 'mms' | 'chat' | 'voice-call' | 'video-call' | 'call-log' | 'event')[]
        attachments?: boolean
        archive?: boolean
        words?: string
        participant?: string
        limit?: number
      }
    } & Options,
  ): Promise<{ rows: MessageLine[]; older: string | null; newer: string | null }> {
    return call('POST', '/mailboxes/{address}/messages/search', {
      params: { address: input.address },
      body: input.body,
      signal: input.signal,
    })
  },
  /** The conversations of a folder, the one with the newest message first. */
  listConversations(
    input: {
      address: string
      limit?: number | undefined
      after?: string | undefined
      folder?: string | undefined
    } & Options,
  ): Promise<{ rows: Conversation[]; next: string | null; total?: number }> {
    return call('GET', '/mailboxes/{address}/conversations', {
      params: { address: input.address },
      query: { limit: input.limit, after: input.after, folder: input.folder },
      signal: input.signal,
    })
  },
  /** A conversation as it was held, oldest first; without a cursor its end. */
  readConversation(
    input: {
      address: string
      conversation: string
      folder?: string | undefined
      before?: string | undefined
      after?: string | undefined
      around?: string | undefined
      at?: string | undefined
      limit?: number | undefined
    } & Options,
  ): Promise<{ rows: StreamEntry[]; older: string | null; newer: string | null }> {
    return call('GET', '/mailboxes/{address}/conversations/{conversation}', {
      params: { address: input.address, conversation: input.conversation },
      query: {
        folder: input.folder,
        before: input.before,
        after: input.after,
        around: input.around,
        at: input.at,
        limit: input.limit,
      },
      signal: input.signal,
    })
  },
  /** An item opened: what was sent, its attachments and its header. */
  readMessage(input: { itemId: string; mailbox?: string | undefined } & Options): Promise<OpenedMessage> {
    return call('GET', '/items/{itemId}', {
      params: { itemId: input.itemId },
      query: { mailbox: input.mailbox },
      signal: input.signal,
    })
  },
  /** Where an item came from, what was kept of it, and what proves it. */
  getCustody(input: { itemId: string } & Options): Promise<Custody> {
    return call('GET', '/items/{itemId}/custody', { params: { itemId: input.itemId }, signal: input.signal })
  },
  /** A message's HTML made inert, as a page for a frame without scripts or loads. */
  getHtml(input: { itemId: string; language?: 'en' | 'sv' | undefined }): string {
    return addressOf('/items/{itemId}/html', {
      params: { itemId: input.itemId },
      query: { language: input.language },
    })
  },
  /** An attachment, whole or a range of it. */
  getAttachment(input: { itemId: string; number: number; show?: 'true' | undefined }): string {
    return addressOf('/items/{itemId}/parts/{number}', {
      params: { itemId: input.itemId, number: input.number },
      query: { show: input.show },
    })
  },
  /** The message (RFC 5322), as a file. */
  getMessageFile(input: { itemId: string }): string {
    return addressOf('/items/{itemId}/message', { params: { itemId: input.itemId } })
  },
  /** The item exactly as received, as a file. */
  getOriginalFile(input: { itemId: string }): string {
    return addressOf('/items/{itemId}/original', { params: { itemId: input.itemId } })
  },
  /** The proof that an item was archived with just these bytes, for `holdfast verify`. */
  getProof(input: { itemId: string } & Options): Promise<Blob> {
    return call('GET', '/items/{itemId}/proof', { params: { itemId: input.itemId }, signal: input.signal })
  },
  /** Why an item is kept, or when it goes, in each mailbox: every rule, and what blocks its deletion. */
  explainItem(input: { itemId: string } & Options): Promise<Explanation> {
    return call('GET', '/items/{itemId}/explanation', {
      params: { itemId: input.itemId },
      signal: input.signal,
    })
  },
  /** How many items match a query. */
  countMatches(
    input: {
      body: {
        query: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
    } & Options,
  ): Promise<{ matches: number }> {
    return call('POST', '/search/count', { body: input.body, signal: input.signal })
  },
  /** How much a query finds, by mailbox and by kind, and what it could not see. */
  estimateSearch(
    input: {
      body: {
        query: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
    } & Options,
  ): Promise<SearchEstimate> {
    return call('POST', '/search/estimate', { body: input.body, signal: input.signal })
  },
  /** The items that match a query, each with where it matches. */
  search(
    input: {
      body: {
        query: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
        sort?: 'newest' | 'oldest' | 'largest' | 'smallest' | 'person'
        after?: string
        limit?: number
      }
    } & Options,
  ): Promise<{ rows: HitLine[]; next: string | null; total?: number; restricted: number }> {
    return call('POST', '/search', { body: input.body, signal: input.signal })
  },
  /** The conversations that a query finds something in, the one with the newest hit first. */
  searchConversations(
    input: {
      body: {
        query: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
        after?: string
        limit?: number
      }
    } & Options,
  ): Promise<{
    rows: {
      conversation: string
      hits: number
      firstAt: string | null
      lastAt: string | null
      newest: HitLine
    }[]
    next: string | null
    total: number
    moved: number
    restricted: number
  }> {
    return call('POST', '/search/conversations', { body: input.body, signal: input.signal })
  },
  /** The conversation around an item that was found, with what the query finds in it marked. */
  readHitConversation(
    input: {
      itemId: string
      body: {
        query: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
        address?: string
        before?: string
        after?: string
        limit?: number
      }
    } & Options,
  ): Promise<{
    rows: StreamEntry[]
    older: string | null
    newer: string | null
    address: string
    conversation: string
    marks: {
      itemId: string
      subject: Mark[]
      text: Mark[]
      attachments: { number: number; name: string; marks: Mark[] }[]
    }[]
    hits: number
    earlierHit: string | null
    laterHit: string | null
  }> {
    return call('POST', '/search/items/{itemId}/conversation', {
      params: { itemId: input.itemId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** The connectors and folders that a search can be limited to. */
  listSearchPlaces(
    input: Options = {},
  ): Promise<{ connectors: { connectorId: number; name: string; removed: boolean }[]; folders: string[] }> {
    return call('GET', '/search/places', { signal: input.signal })
  },
  /** The mailboxes that a search can be limited to. */
  listSearchMailboxes(
    input: { body: { containing?: string; mailboxIds?: number[]; after?: string; limit?: number } } & Options,
  ): Promise<{
    rows: { mailboxId: number; address: string; displayName: string }[]
    next: string | null
    total?: number
  }> {
    return call('POST', '/search/mailboxes', { body: input.body, signal: input.signal })
  },
  /** How many items could not be searched to their end, by reason. */
  countPartiallyIndexed(
    input: {
      body: { mailboxIds?: number[] | null; connectorIds?: number[] | null; folders?: string[] | null }
    } & Options,
  ): Promise<{
    partiallyIndexed: number
    notYetIndexed: number
    byReason: {
      reason:
        | 'encrypted'
        | 'damaged'
        | 'too-large'
        | 'timeout'
        | 'memory'
        | 'failed'
        | 'too-long'
        | 'too-deep'
        | 'format'
        | 'media'
        | 'waiting'
      items: number
      attachments: number
    }[]
  }> {
    return call('POST', '/search/partially-indexed/count', { body: input.body, signal: input.signal })
  },
  /** The attachments that could not be searched, newest first. */
  listPartiallyIndexed(
    input: {
      body: {
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
        reason?:
          | 'encrypted'
          | 'damaged'
          | 'too-large'
          | 'timeout'
          | 'memory'
          | 'failed'
          | 'too-long'
          | 'too-deep'
          | 'format'
          | 'media'
          | 'waiting'
        after?: string
        limit?: number
      }
    } & Options,
  ): Promise<{
    rows: {
      itemId: string
      number: number
      reason:
        | 'encrypted'
        | 'damaged'
        | 'too-large'
        | 'timeout'
        | 'memory'
        | 'failed'
        | 'too-long'
        | 'too-deep'
        | 'format'
        | 'media'
        | 'waiting'
      kind: string
      sentAt: string | null
      arrivedAt: string
      mailboxes: string[]
      name: string
      contentType: string
      size: number | null
    }[]
    next: string | null
    total?: number
  }> {
    return call('POST', '/search/partially-indexed', { body: input.body, signal: input.signal })
  },
  /** Your saved searches, newest first; everybody’s with Case Management without a limit. */
  listSavedSearches(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{
    rows: {
      savedSearchId: number
      owner: string
      name: string
      description: string
      query: string
      mailboxIds: number[] | null
      connectorIds: number[] | null
      folders: string[] | null
      runsMax: number
      revision: number
      madeAt: string
      changedAt: string
      lastRun: SearchRun | null
    }[]
    next: string | null
    total?: number
  }> {
    return call('GET', '/saved-searches', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Save a search. */
  addSavedSearch(
    input: {
      body: {
        name: string
        description?: string
        query: string
        runsMax?: number
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
    } & Options,
  ): Promise<SavedSearch> {
    return call('POST', '/saved-searches', { body: input.body, signal: input.signal })
  },
  /** A saved search. */
  showSavedSearch(input: { savedSearchId: number } & Options): Promise<SavedSearch> {
    return call('GET', '/saved-searches/{savedSearchId}', {
      params: { savedSearchId: input.savedSearchId },
      signal: input.signal,
    })
  },
  /** Change a saved search; its runs stay what they were. */
  editSavedSearch(
    input: {
      savedSearchId: number
      body: {
        name?: string
        description?: string
        query?: string
        runsMax?: number
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
      revision: number
    } & Options,
  ): Promise<SavedSearch> {
    return call('PATCH', '/saved-searches/{savedSearchId}', {
      params: { savedSearchId: input.savedSearchId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a saved search with its runs. */
  removeSavedSearch(input: { savedSearchId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/saved-searches/{savedSearchId}', {
      params: { savedSearchId: input.savedSearchId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Run a saved search; a worker does it, and what it finds is kept. */
  requestSearchRun(input: { savedSearchId: number } & Options): Promise<SearchRun> {
    return call('POST', '/saved-searches/{savedSearchId}/runs', {
      params: { savedSearchId: input.savedSearchId },
      signal: input.signal,
    })
  },
  /** The runs of a search that are kept, newest first. */
  listSearchRuns(input: { savedSearchId: number } & Options): Promise<{ rows: SearchRun[] }> {
    return call('GET', '/saved-searches/{savedSearchId}/runs', {
      params: { savedSearchId: input.savedSearchId },
      signal: input.signal,
    })
  },
  /** A run: what it looked for, found and could not see. */
  showSearchRun(input: { searchRunId: number } & Options): Promise<{
    searchRunId: number
    savedSearchId: number
    revision: number
    status: 'waiting' | 'working' | 'complete' | 'failed'
    requestedBy: string
    requestedAt: string
    startedAt: string | null
    endedAt: string | null
    lookedAt: string | null
    errorCode: string | null
    items: number | null
    bytes: number | null
    partiallyIndexed: number | null
    notYetIndexed: number | null
    restricted: number | null
    mailboxIds: number[] | null
    connectorIds: number[] | null
    folders: string[] | null
    index: { tokenizer: number; unicode: string } | null
    query: string
    byMailbox: { mailboxId: number; address: string; displayName: string; items: number; bytes: number }[]
    byKind: { kind: string; items: number; bytes: number }[]
  }> {
    return call('GET', '/search-runs/{searchRunId}', {
      params: { searchRunId: input.searchRunId },
      signal: input.signal,
    })
  },
  /** Remove a run and the list of what it found. */
  removeSearchRun(input: { searchRunId: number } & Options): Promise<void> {
    return call('DELETE', '/search-runs/{searchRunId}', {
      params: { searchRunId: input.searchRunId },
      signal: input.signal,
    })
  },
  /** What a run found, newest first. */
  readSearchRun(
    input: { searchRunId: number; limit?: number | undefined; after?: string | undefined } & Options,
  ): Promise<{ rows: { itemId: string; line: HitLine | null }[]; next: string | null; total?: number }> {
    return call('GET', '/search-runs/{searchRunId}/items', {
      params: { searchRunId: input.searchRunId },
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** What two runs of a search have in common, and what not. */
  compareSearchRuns(input: { searchRunId: number; otherRunId: number } & Options): Promise<{
    earlier: SearchRun
    later: SearchRun
    both: number
    added: { items: number; bytes: number }
    gone: {
      items: number
      bytes: number
      reasons: { reason: 'disposed' | 'hidden' | 'out-of-scope' | 'no-match'; items: number }[]
    }
    searchChanged: boolean
  }> {
    return call('GET', '/search-runs/{searchRunId}/comparison/{otherRunId}', {
      params: { searchRunId: input.searchRunId, otherRunId: input.otherRunId },
      signal: input.signal,
    })
  },
  /** The items that only one of two runs found, and why those are gone that are gone. */
  readRunDifference(
    input: {
      searchRunId: number
      otherRunId: number
      limit?: number | undefined
      after?: string | undefined
      side: 'added' | 'gone'
    } & Options,
  ): Promise<{
    rows: {
      itemId: string
      line: HitLine | null
      reason: 'disposed' | 'hidden' | 'out-of-scope' | 'no-match' | null
    }[]
    next: string | null
    total?: number
  }> {
    return call('GET', '/search-runs/{searchRunId}/comparison/{otherRunId}/items', {
      params: { searchRunId: input.searchRunId, otherRunId: input.otherRunId },
      query: { limit: input.limit, after: input.after, side: input.side },
      signal: input.signal,
    })
  },
  /** Which lines of a list are no queries, and why. */
  checkTermLines(
    input: {
      body: {
        text: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
    } & Options,
  ): Promise<{ lines: number; problems: { line: number; code: string; reason: string }[] }> {
    return call('POST', '/term-reports/check', { body: input.body, signal: input.signal })
  },
  /** Have a list of queries counted together; a worker does it. */
  requestTermReport(
    input: {
      body: {
        name: string
        text: string
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        folders?: string[] | null
      }
    } & Options,
  ): Promise<TermReport> {
    return call('POST', '/term-reports', { body: input.body, signal: input.signal })
  },
  /** Your term reports, newest first; everybody’s with Case Management without a limit. */
  listTermReports(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: TermReport[]; next: string | null; total?: number }> {
    return call('GET', '/term-reports', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** A term report with its lines, and what each found. */
  showTermReport(input: { termReportId: number } & Options): Promise<{
    termReportId: number
    name: string
    owner: string
    status: 'waiting' | 'working' | 'complete' | 'failed'
    requestedAt: string
    startedAt: string | null
    endedAt: string | null
    errorCode: string | null
    lines: number
    linesDone: number
    items: number | null
    bytes: number | null
    partiallyIndexed: number | null
    notYetIndexed: number | null
    restricted: number | null
    mailboxIds: number[] | null
    connectorIds: number[] | null
    folders: string[] | null
    rows: {
      line: number
      query: string
      result: {
        items: number
        bytes: number
        uniqueItems: number
        uniqueBytes: number
        errorCode: string | null
      } | null
    }[]
  }> {
    return call('GET', '/term-reports/{termReportId}', {
      params: { termReportId: input.termReportId },
      signal: input.signal,
    })
  },
  /** Remove a term report. */
  removeTermReport(input: { termReportId: number } & Options): Promise<void> {
    return call('DELETE', '/term-reports/{termReportId}', {
      params: { termReportId: input.termReportId },
      signal: input.signal,
    })
  },
  /** How far a term report is. */
  termReportProgress(input: { termReportId: number } & Options): Promise<{
    termReportId: number
    status: 'waiting' | 'working' | 'complete' | 'failed'
    lines: number
    linesDone: number
    errorCode: string | null
  }> {
    return call('GET', '/term-reports/{termReportId}/progress', {
      params: { termReportId: input.termReportId },
      signal: input.signal,
    })
  },
  /** A term report as CSV. */
  downloadTermReport(input: { termReportId: number }): string {
    return addressOf('/term-reports/{termReportId}/csv', { params: { termReportId: input.termReportId } })
  },
  /** Whether a text is a query, and if not, where it goes wrong. */
  checkQuery(input: { body: { query: string } } & Options): Promise<QueryCheck> {
    return call('POST', '/search/check', { body: input.body, signal: input.signal })
  },
  /** The properties that a query can ask about. */
  listQueryProperties(input: Options = {}): Promise<{ properties: QueryProperty[]; intervals: string[] }> {
    return call('GET', '/search/properties', { signal: input.signal })
  },
  /** Values that a property can have, of what you may search. */
  suggestQueryValues(
    input: { body: { property: string; beginning?: string } } & Options,
  ): Promise<{ values: { value: string; text: string }[] }> {
    return call('POST', '/search/suggestions', { body: input.body, signal: input.signal })
  },
  /** Ask for an export; a worker makes it. */
  requestExport(
    input: {
      body: {
        name?: string
        source: {
          query?: string | null
          runId?: number | null
          mailboxIds?: number[] | null
          connectorIds?: number[] | null
          folders?: string[] | null
        }
        format: 'eml' | 'mbox' | 'rsmf' | 'dat' | 'table'
        timeZone?: string
        context?: { type: 'none' | 'conversation' | 'day' } | { type: 'around'; messages: number }
        duplicates?: 'suppressed' | 'kept'
        natives?: boolean
        encryption?: { passPhrase: string } | { recipient: string } | null
        destination?: 'download' | 'storage'
        expiresInDays?: number
      }
    } & Options,
  ): Promise<Export> {
    return call('POST', '/exports', { body: input.body, signal: input.signal })
  },
  /** Your exports, newest first; those of everybody if your role Export has no limit. */
  listExports(
    input: {
      limit?: number | undefined
      after?: string | undefined
      mine?: 'true' | undefined
    } & Options = {},
  ): Promise<{ rows: Export[]; next: string | null; total?: number }> {
    return call('GET', '/exports', {
      query: { limit: input.limit, after: input.after, mine: input.mine },
      signal: input.signal,
    })
  },
  /** An export, and how far it has come. */
  getExport(input: { exportId: string } & Options): Promise<Export> {
    return call('GET', '/exports/{exportId}', { params: { exportId: input.exportId }, signal: input.signal })
  },
  /** Remove the package of an export; that it was made stays known. */
  removeExport(input: { exportId: string } & Options): Promise<Export> {
    return call('DELETE', '/exports/{exportId}', {
      params: { exportId: input.exportId },
      signal: input.signal,
    })
  },
  /** The package, whole or a range of it; each download is recorded. */
  downloadExport(input: { exportId: string }): string {
    return addressOf('/exports/{exportId}/package', { params: { exportId: input.exportId } })
  },
  /** Stop an export that is not finished. */
  cancelExport(input: { exportId: string } & Options): Promise<Export> {
    return call('POST', '/exports/{exportId}/cancel', {
      params: { exportId: input.exportId },
      signal: input.signal,
    })
  },
  /** The holds that you may see, newest first. */
  listHolds(
    input: {
      limit?: number | undefined
      after?: string | undefined
      state?: 'active' | 'delayed' | 'released' | undefined
    } & Options = {},
  ): Promise<{ rows: Hold[]; next: string | null; total?: number }> {
    return call('GET', '/holds', {
      query: { limit: input.limit, after: input.after, state: input.state },
      signal: input.signal,
    })
  },
  /** Place a hold on mailboxes: on everything in them, or on what a query matches. */
  placeHold(
    input: {
      body: {
        name: string
        reason: string
        note?: string
        link?: string
        mailboxIds: number[]
        query?: string | null
        days?: number | null
      }
    } & Options,
  ): Promise<Hold> {
    return call('POST', '/holds', { body: input.body, signal: input.signal })
  },
  /** The mailboxes that you may place holds on. */
  listHoldableMailboxes(
    input: { body: { containing?: string; mailboxIds?: number[]; after?: string; limit?: number } } & Options,
  ): Promise<{
    rows: { mailboxId: number; address: string; displayName: string }[]
    next: string | null
    total?: number
  }> {
    return call('POST', '/holds/mailboxes', { body: input.body, signal: input.signal })
  },
  /** A hold. */
  showHold(input: { holdId: number } & Options): Promise<Hold> {
    return call('GET', '/holds/{holdId}', { params: { holdId: input.holdId }, signal: input.signal })
  },
  /** Change a hold; what it holds no longer is held for another 30 days. */
  changeHold(
    input: {
      holdId: number
      body: {
        name?: string
        reason?: string
        note?: string
        link?: string
        mailboxIds?: number[]
        query?: string | null
        days?: number | null
      }
      revision: number
    } & Options,
  ): Promise<Hold> {
    return call('PATCH', '/holds/{holdId}', {
      params: { holdId: input.holdId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Release a hold: what it held is held for another 30 days. */
  releaseHold(
    input: { holdId: number; body: { reason: string }; revision: number } & Options,
  ): Promise<Hold> {
    return call('POST', '/holds/{holdId}/release', {
      params: { holdId: input.holdId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** End the delay of a released hold at once. */
  removeHoldDelay(input: { holdId: number; body: { reason: string } } & Options): Promise<Hold> {
    return call('POST', '/holds/{holdId}/remove-delay', {
      params: { holdId: input.holdId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** What a hold holds now, in copies: an item counts in each mailbox. */
  reportHold(input: { holdId: number } & Options): Promise<HoldReport> {
    return call('GET', '/holds/{holdId}/report', { params: { holdId: input.holdId }, signal: input.signal })
  },
  /** The mailboxes of a hold, by address. */
  listHoldMailboxes(
    input: { holdId: number; limit?: number | undefined; after?: string | undefined } & Options,
  ): Promise<{
    rows: {
      mailboxId: number
      address: string
      displayName: string
      inactive: boolean
      placedAt: string
      releasedAt: string | null
      delayUntil: string | null
    }[]
    next: string | null
    total?: number
  }> {
    return call('GET', '/holds/{holdId}/mailboxes', {
      params: { holdId: input.holdId },
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Every act on a hold, newest first. */
  readHoldHistory(
    input: { holdId: number } & Options,
  ): Promise<{ rows: { at: string; actor: string; act: string; said: Record<string, unknown> }[] }> {
    return call('GET', '/holds/{holdId}/history', { params: { holdId: input.holdId }, signal: input.signal })
  },
  /** What a request for erasure would be about, counted; nothing is changed. */
  previewErasure(
    input: { body: { identities: { value: string; from?: string | null; to?: string | null }[] } } & Options,
  ): Promise<ErasurePreview> {
    return call('POST', '/erasure-requests/preview', { body: input.body, signal: input.signal })
  },
  /** Requests for erasure, newest first. */
  listErasureRequests(
    input: {
      limit?: number | undefined
      after?: string | undefined
      state?: 'working' | 'paused' | 'waiting' | 'watching' | 'complete' | 'withdrawn' | undefined
    } & Options = {},
  ): Promise<{ rows: ErasureRequest[]; next: string | null; total?: number }> {
    return call('GET', '/erasure-requests', {
      query: { limit: input.limit, after: input.after, state: input.state },
      signal: input.signal,
    })
  },
  /** Enter a request for erasure: what nothing keeps is erased, what is kept is restricted. */
  requestErasure(
    input: {
      body: {
        identities: { value: string; from?: string | null; to?: string | null }[]
        basis: 'no-longer-needed' | 'consent-withdrawn' | 'objection' | 'unlawful' | 'legal-duty' | 'child'
        reason: string
        reference?: string
        includeLater?: boolean
      }
    } & Options,
  ): Promise<ErasureRequest> {
    return call('POST', '/erasure-requests', { body: input.body, signal: input.signal })
  },
  /** A request for erasure, with what keeps its copies. */
  showErasureRequest(input: { requestId: number } & Options): Promise<ErasureDetail> {
    return call('GET', '/erasure-requests/{requestId}', {
      params: { requestId: input.requestId },
      signal: input.signal,
    })
  },
  /** Change what is said of a request for erasure, and whether later items go. */
  changeErasureRequest(
    input: {
      requestId: number
      body: { reason?: string; reference?: string; includeLater?: boolean }
      revision: number
    } & Options,
  ): Promise<ErasureRequest> {
    return call('PATCH', '/erasure-requests/{requestId}', {
      params: { requestId: input.requestId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Withdraw a request for erasure: what it restricted can be read again; what is erased stays so. */
  withdrawErasureRequest(
    input: { requestId: number; body: { reason: string }; revision: number } & Options,
  ): Promise<ErasureRequest> {
    return call('POST', '/erasure-requests/{requestId}/withdraw', {
      params: { requestId: input.requestId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** What is told to the person: counts, dates and reasons, and nothing of others. */
  reportErasure(input: { requestId: number } & Options): Promise<ErasureReport> {
    return call('GET', '/erasure-requests/{requestId}/report', {
      params: { requestId: input.requestId },
      signal: input.signal,
    })
  },
  /** The report for the person as a page to send or print. */
  getErasureReportPage(input: { requestId: number; language?: 'en' | 'sv' | undefined }): string {
    return addressOf('/erasure-requests/{requestId}/report/page', {
      params: { requestId: input.requestId },
      query: { language: input.language },
    })
  },
  /** What is kept, one by one, for the person, as a table (CSV). */
  getErasureReportTable(input: { requestId: number; language?: 'en' | 'sv' | undefined }): string {
    return addressOf('/erasure-requests/{requestId}/report/table', {
      params: { requestId: input.requestId },
      query: { language: input.language },
    })
  },
  /** The retention labels, oldest first. */
  listLabels(
    input: { retired?: 'true' | 'false' | undefined } & Options = {},
  ): Promise<{ rows: RetentionLabel[] }> {
    return call('GET', '/retention/labels', { query: { retired: input.retired }, signal: input.signal })
  },
  /** Make a label. */
  createLabel(
    input: {
      body: {
        name: string
        description?: string
        action: 'none' | 'retain' | 'delete' | 'retain-then-delete'
        period?: string | null
        start?: 'sent' | 'imported' | 'event'
        eventTypeId?: number | null
        review?: boolean
      }
    } & Options,
  ): Promise<RetentionLabel> {
    return call('POST', '/retention/labels', { body: input.body, signal: input.signal })
  },
  /** A label. */
  showLabel(input: { labelId: number } & Options): Promise<RetentionLabel> {
    return call('GET', '/retention/labels/{labelId}', {
      params: { labelId: input.labelId },
      signal: input.signal,
    })
  },
  /** Change a label: what it is called, its period, and whether what it deletes is reviewed. */
  changeLabel(
    input: {
      labelId: number
      body: { name?: string; description?: string; period?: string | null; review?: boolean }
      revision: number
    } & Options,
  ): Promise<RetentionLabel> {
    return call('PATCH', '/retention/labels/{labelId}', {
      params: { labelId: input.labelId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a label that nothing has. */
  removeLabel(input: { labelId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/retention/labels/{labelId}', {
      params: { labelId: input.labelId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Retire a label: it stays on what has it, and is put on nothing any more. */
  retireLabel(input: { labelId: number; revision: number } & Options): Promise<RetentionLabel> {
    return call('POST', '/retention/labels/{labelId}/retire', {
      params: { labelId: input.labelId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Put a label on, in place of whatever label is there. */
  putLabel(
    input: {
      labelId: number
      body: {
        on:
          | { type: 'copies'; copies: { mailboxId: number; itemId: string }[] }
          | { type: 'items'; itemIds: string[] }
          | { type: 'query'; query: string; mailboxIds?: number[] | null }
        onlyUnlabelled?: boolean
      }
    } & Options,
  ): Promise<LabelPut> {
    return call('POST', '/retention/labels/{labelId}/put', {
      params: { labelId: input.labelId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** Take off whatever label is there; no rule puts one on again. */
  takeLabelOff(
    input: {
      body: {
        on:
          | { type: 'copies'; copies: { mailboxId: number; itemId: string }[] }
          | { type: 'items'; itemIds: string[] }
          | { type: 'query'; query: string; mailboxIds?: number[] | null }
      }
    } & Options,
  ): Promise<LabelPut> {
    return call('POST', '/retention/labels/take-off', { body: input.body, signal: input.signal })
  },
  /** The rules that put labels on, oldest first: the first that fits gives its label. */
  listLabelRules(input: Options = {}): Promise<{ rows: LabelRule[] }> {
    return call('GET', '/retention/label-rules', { signal: input.signal })
  },
  /** Make a rule that puts a label on what has none, now and in future. */
  createLabelRule(
    input: {
      body: {
        name: string
        labelId: number
        query?: string | null
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        kinds?: string[] | null
        active?: boolean
      }
    } & Options,
  ): Promise<LabelRule> {
    return call('POST', '/retention/label-rules', { body: input.body, signal: input.signal })
  },
  /** A rule that puts a label on. */
  showLabelRule(input: { ruleId: number } & Options): Promise<LabelRule> {
    return call('GET', '/retention/label-rules/{ruleId}', {
      params: { ruleId: input.ruleId },
      signal: input.signal,
    })
  },
  /** Change a rule; what it has put on stays. */
  changeLabelRule(
    input: {
      ruleId: number
      body: {
        name?: string
        labelId?: number
        query?: string | null
        mailboxIds?: number[] | null
        connectorIds?: number[] | null
        kinds?: string[] | null
        active?: boolean
      }
      revision: number
    } & Options,
  ): Promise<LabelRule> {
    return call('PATCH', '/retention/label-rules/{ruleId}', {
      params: { ruleId: input.ruleId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a rule; what it has put on stays. */
  removeLabelRule(input: { ruleId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/retention/label-rules/{ruleId}', {
      params: { ruleId: input.ruleId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** The types of events that periods start with. */
  listEventTypes(input: Options = {}): Promise<{ rows: EventType[] }> {
    return call('GET', '/retention/event-types', { signal: input.signal })
  },
  /** Make a type of events, such as the end of an employment. */
  createEventType(input: { body: { name: string; description?: string } } & Options): Promise<EventType> {
    return call('POST', '/retention/event-types', { body: input.body, signal: input.signal })
  },
  /** A type of events. */
  showEventType(input: { eventTypeId: number } & Options): Promise<EventType> {
    return call('GET', '/retention/event-types/{eventTypeId}', {
      params: { eventTypeId: input.eventTypeId },
      signal: input.signal,
    })
  },
  /** Change what a type of events is called. */
  changeEventType(
    input: { eventTypeId: number; body: { name?: string; description?: string }; revision: number } & Options,
  ): Promise<EventType> {
    return call('PATCH', '/retention/event-types/{eventTypeId}', {
      params: { eventTypeId: input.eventTypeId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a type of events that nothing is of. */
  removeEventType(input: { eventTypeId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/retention/event-types/{eventTypeId}', {
      params: { eventTypeId: input.eventTypeId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** The events, newest first. */
  listRetentionEvents(
    input: {
      limit?: number | undefined
      after?: string | undefined
      eventTypeId?: number | undefined
    } & Options = {},
  ): Promise<{ rows: RetentionEvent[]; next: string | null; total?: number }> {
    return call('GET', '/retention/events', {
      query: { limit: input.limit, after: input.after, eventTypeId: input.eventTypeId },
      signal: input.signal,
    })
  },
  /** Record that something happened: periods that wait for it start then. */
  recordRetentionEvent(
    input: {
      body: {
        name: string
        description?: string
        eventTypeId: number
        happenedAt: string
        mailboxIds: number[] | null
      }
    } & Options,
  ): Promise<RetentionEvent> {
    return call('POST', '/retention/events', { body: input.body, signal: input.signal })
  },
  /** An event. */
  showRetentionEvent(input: { eventId: number } & Options): Promise<RetentionEvent> {
    return call('GET', '/retention/events/{eventId}', {
      params: { eventId: input.eventId },
      signal: input.signal,
    })
  },
  /** Withdraw an event that was recorded wrongly. */
  withdrawRetentionEvent(input: { eventId: number; revision: number } & Options): Promise<RetentionEvent> {
    return call('POST', '/retention/events/{eventId}/withdraw', {
      params: { eventId: input.eventId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Policies offered for known rules of supervision. */
  listRetentionPresets(input: Options = {}): Promise<{ rows: RetentionPreset[] }> {
    return call('GET', '/retention/presets', { signal: input.signal })
  },
  /** Retention policies, newest first; without a state all but the removed. */
  listRetentionPolicies(
    input: {
      limit?: number | undefined
      after?: string | undefined
      state?: 'on' | 'off' | 'removed' | undefined
    } & Options = {},
  ): Promise<{ rows: RetentionPolicy[]; next: string | null; total?: number }> {
    return call('GET', '/retention/policies', {
      query: { limit: input.limit, after: input.after, state: input.state },
      signal: input.signal,
    })
  },
  /** Make a retention policy, on or off. */
  createRetentionPolicy(
    input: {
      body: {
        appliesTo: 'all' | 'mailboxes' | 'scopes'
        mailboxIds?: number[]
        excludedIds?: number[]
        scopeIds?: number[]
        connectorIds?: number[] | null
        kinds?: string[] | null
        action: 'retain' | 'delete' | 'retain-then-delete'
        period: string | null
        startFrom: 'sent' | 'imported' | 'event'
        eventTypeId?: number | null
        review?: boolean
        name: string
        description?: string
        belowPreset?: string
        presetId?: 'sec-17a-4' | 'finra-4511' | 'mifid-ii' | 'fca-sysc-10a' | 'cftc-1-31' | null
        enabled?: boolean
      }
    } & Options,
  ): Promise<RetentionPolicy> {
    return call('POST', '/retention/policies', { body: input.body, signal: input.signal })
  },
  /** A retention policy. */
  showRetentionPolicy(input: { policyId: number } & Options): Promise<RetentionPolicy> {
    return call('GET', '/retention/policies/{policyId}', {
      params: { policyId: input.policyId },
      signal: input.signal,
    })
  },
  /** Change a retention policy, turn it on or off; one that is locked can only be extended. */
  changeRetentionPolicy(
    input: {
      policyId: number
      body: {
        name?: string
        description?: string
        belowPreset?: string
        appliesTo?: 'all' | 'mailboxes' | 'scopes'
        mailboxIds?: number[]
        excludedIds?: number[]
        scopeIds?: number[]
        connectorIds?: number[] | null
        kinds?: string[] | null
        action?: 'retain' | 'delete' | 'retain-then-delete'
        period?: string | null
        startFrom?: 'sent' | 'imported' | 'event'
        eventTypeId?: number | null
        review?: boolean
        enabled?: boolean
      }
      revision: number
    } & Options,
  ): Promise<RetentionPolicy> {
    return call('PATCH', '/retention/policies/{policyId}', {
      params: { policyId: input.policyId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a retention policy: it decides nothing any more, and its record stays. */
  removeRetentionPolicy(input: { policyId: number; revision: number } & Options): Promise<RetentionPolicy> {
    return call('DELETE', '/retention/policies/{policyId}', {
      params: { policyId: input.policyId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Lock a retention policy for good: from then on it can only be extended, by anybody. */
  lockRetentionPolicy(
    input: { policyId: number; body: { name: string }; revision: number } & Options,
  ): Promise<RetentionPolicy> {
    return call('POST', '/retention/policies/{policyId}/lock', {
      params: { policyId: input.policyId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Every act on a retention policy, newest first. */
  readRetentionPolicyHistory(
    input: { policyId: number } & Options,
  ): Promise<{ rows: { at: string; actor: string; act: string; said: Record<string, unknown> }[] }> {
    return call('GET', '/retention/policies/{policyId}/history', {
      params: { policyId: input.policyId },
      signal: input.signal,
    })
  },
  /** The mailboxes that policies can be about. */
  listRetentionMailboxes(
    input: { body: { containing?: string; mailboxIds?: number[]; after?: string; limit?: number } } & Options,
  ): Promise<{
    rows: { mailboxId: number; address: string; displayName: string }[]
    next: string | null
    total?: number
  }> {
    return call('POST', '/retention/mailboxes', { body: input.body, signal: input.signal })
  },
  /** The connectors that policies and rules of labels can be about. */
  listRetentionConnectors(
    input: Options = {},
  ): Promise<{ rows: { connectorId: number; name: string; removed: boolean }[] }> {
    return call('GET', '/retention/connectors', { signal: input.signal })
  },
  /** What a policy would do if it were on, set so, or off: counts by mailbox, and the earliest items. */
  retentionWhatIf(
    input: {
      body: {
        policyId?: number | null
        settings?: {
          appliesTo: 'all' | 'mailboxes' | 'scopes'
          mailboxIds?: number[]
          excludedIds?: number[]
          scopeIds?: number[]
          connectorIds?: number[] | null
          kinds?: string[] | null
          action: 'retain' | 'delete' | 'retain-then-delete'
          period: string | null
          startFrom: 'sent' | 'imported' | 'event'
          eventTypeId?: number | null
          review?: boolean
        } | null
        enabled?: boolean
      }
    } & Options,
  ): Promise<RetentionWhatIf> {
    return call('POST', '/retention/what-if', { body: input.body, signal: input.signal })
  },
  /** The attributes that the directory has, with their values. */
  listScopeAttributes(
    input: Options = {},
  ): Promise<{ rows: { attribute: string; values: { value: string; mailboxes: number }[] }[] }> {
    return call('GET', '/retention/attributes', { signal: input.signal })
  },
  /** Adaptive scopes, newest first. */
  listAdaptiveScopes(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: AdaptiveScope[]; next: string | null; total?: number }> {
    return call('GET', '/retention/scopes', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Make an adaptive scope: the mailboxes of which the directory says so. */
  createAdaptiveScope(
    input: {
      body: { name: string; description?: string; condition?: ScopeCondition; query?: string }
    } & Options,
  ): Promise<AdaptiveScope> {
    return call('POST', '/retention/scopes', { body: input.body, signal: input.signal })
  },
  /** Who would meet a condition. */
  previewAdaptiveScope(input: { body: { condition?: ScopeCondition; query?: string } } & Options): Promise<{
    condition: ScopeCondition
    query: string
    members: number
    total: number
    sample: AdaptiveScopeMember[]
  }> {
    return call('POST', '/retention/scopes/preview', { body: input.body, signal: input.signal })
  },
  /** An adaptive scope. */
  showAdaptiveScope(input: { scopeId: number } & Options): Promise<AdaptiveScope> {
    return call('GET', '/retention/scopes/{scopeId}', {
      params: { scopeId: input.scopeId },
      signal: input.signal,
    })
  },
  /** Change an adaptive scope; those who join or leave are decided on anew. */
  changeAdaptiveScope(
    input: {
      scopeId: number
      body: { name?: string; description?: string; condition?: ScopeCondition; query?: string }
      revision: number
    } & Options,
  ): Promise<AdaptiveScope> {
    return call('PATCH', '/retention/scopes/{scopeId}', {
      params: { scopeId: input.scopeId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove an adaptive scope that no policy goes by. */
  removeAdaptiveScope(
    input: { scopeId: number; revision: number } & Options,
  ): Promise<Record<string, never>> {
    return call('DELETE', '/retention/scopes/{scopeId}', {
      params: { scopeId: input.scopeId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Who meets an adaptive scope now, by address. */
  listAdaptiveScopeMembers(
    input: { scopeId: number; limit?: number | undefined; after?: string | undefined } & Options,
  ): Promise<{ rows: AdaptiveScopeMember[]; next: string | null; total?: number }> {
    return call('GET', '/retention/scopes/{scopeId}/members', {
      params: { scopeId: input.scopeId },
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Where the disposal of what is due stands, and how it is set. */
  getDisposition(input: Options = {}): Promise<Disposition> {
    return call('GET', '/disposition', { signal: input.signal })
  },
  /** Change when disposal runs, how much may leave in a day, and who approves. */
  changeDispositionSettings(
    input: {
      body: { runAt: string; dailyLimit: number | null; unusualVolume: number; twoPersons: boolean }
      revision: number
    } & Options,
  ): Promise<{
    runAt: string
    dailyLimit: number | null
    unusualVolume: number
    twoPersons: boolean
    revision: number
  }> {
    return call('PUT', '/disposition/settings', {
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Pause disposal: from now on nothing leaves by rules. */
  pauseDisposition(input: { body: { reason: string } } & Options): Promise<Disposition> {
    return call('POST', '/disposition/pause', { body: input.body, signal: input.signal })
  },
  /** End the pause: what is due leaves with the next run. */
  resumeDisposition(input: { body: { reason: string } } & Options): Promise<Disposition> {
    return call('POST', '/disposition/resume', { body: input.body, signal: input.signal })
  },
  /** Say that it is right that so much is due: the next run disposes of it. */
  confirmDispositionVolume(input: { body: { reason: string } } & Options): Promise<Disposition> {
    return call('POST', '/disposition/confirm-volume', { body: input.body, signal: input.signal })
  },
  /** Say that the time is right although it leapt or went back. */
  confirmDispositionClocks(input: { body: { reason: string } } & Options): Promise<Disposition> {
    return call('POST', '/disposition/confirm-clocks', { body: input.body, signal: input.signal })
  },
  /** Runs of disposal, newest first. */
  listDispositionRuns(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: DispositionRun[]; next: string | null; total?: number }> {
    return call('GET', '/disposition/runs', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Dispose of what is due now, beside the daily run. */
  requestDisposition(input: Options = {}): Promise<DispositionRun> {
    return call('POST', '/disposition/runs', { signal: input.signal })
  },
  /** A run of disposal. */
  showDispositionRun(input: { runId: number } & Options): Promise<DispositionRun> {
    return call('GET', '/disposition/runs/{runId}', { params: { runId: input.runId }, signal: input.signal })
  },
  /** Copies in review: the oldest first; those that are over, the newest first. */
  listDispositionReviews(
    input: {
      body: {
        states?: ('pending' | 'second' | 'approved' | 'disposed' | 'extended' | 'relabelled' | 'lapsed')[]
        mailboxIds?: number[]
        itemIds?: string[]
        rule?: { type: 'policy' | 'label'; id: number }
        after?: string
        limit?: number
      }
    } & Options,
  ): Promise<{ rows: DispositionReview[]; next: string | null; total?: number }> {
    return call('POST', '/disposition/reviews', { body: input.body, signal: input.signal })
  },
  /** Approve that copies go, keep them for a further period, or give them another label. */
  decideDispositionReviews(
    input: {
      body: {
        filings: { mailboxId: number; itemId: string }[]
        decision:
          | { act: 'approve' }
          | { act: 'extend'; period: string }
          | { act: 'relabel'; labelId: number | null }
        comment: string
      }
    } & Options,
  ): Promise<{ decided: number; waitingForSecond: number }> {
    return call('POST', '/disposition/reviews/decide', { body: input.body, signal: input.signal })
  },
  /** Disposals, newest first. */
  listDisposals(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: Disposal[]; next: string | null; total?: number }> {
    return call('GET', '/disposition/disposals', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** A disposal: who approved it, and what had been exported before. */
  showDisposal(input: { disposalId: number } & Options): Promise<ShownDisposal> {
    return call('GET', '/disposition/disposals/{disposalId}', {
      params: { disposalId: input.disposalId },
      signal: input.signal,
    })
  },
  /** The proof of a disposal, for `holdfast verify`. */
  getDisposalProof(input: { disposalId: number } & Options): Promise<Blob> {
    return call('GET', '/disposition/disposals/{disposalId}/proof', {
      params: { disposalId: input.disposalId },
      signal: input.signal,
    })
  },
  /** The proof that an item, or its copy in a mailbox, was disposed of. */
  getItemDisposalProof(input: { itemId: string } & Options): Promise<Blob> {
    return call('GET', '/items/{itemId}/disposal-proof', {
      params: { itemId: input.itemId },
      signal: input.signal,
    })
  },
  /** Every archive policy: the organisation's first, then by name. */
  listArchivePolicies(input: Options = {}): Promise<{ rows: ArchivePolicy[] }> {
    return call('GET', '/archive-policies', { signal: input.signal })
  },
  /** Make an archive policy, of some mailboxes or the organisation's, and move what it is about. */
  createArchivePolicy(
    input: {
      body: { name: string; description?: string; period: string | null; mailboxIds: number[] | null }
    } & Options,
  ): Promise<ArchivePolicy> {
    return call('POST', '/archive-policies', { body: input.body, signal: input.signal })
  },
  /** Mailboxes to choose from, each with the policy of its own. */
  listArchivableMailboxes(
    input: { body: { containing?: string; mailboxIds?: number[]; after?: string; limit?: number } } & Options,
  ): Promise<{
    rows: { mailboxId: number; address: string; displayName: string; policyId: number | null }[]
    next: string | null
    total?: number
  }> {
    return call('POST', '/archive-policies/mailboxes', { body: input.body, signal: input.signal })
  },
  /** An archive policy. */
  showArchivePolicy(input: { policyId: number } & Options): Promise<ArchivePolicy> {
    return call('GET', '/archive-policies/{policyId}', {
      params: { policyId: input.policyId },
      signal: input.signal,
    })
  },
  /** Change an archive policy; what no longer belongs in the archive comes back. */
  changeArchivePolicy(
    input: {
      policyId: number
      body: { name?: string; description?: string; period?: string | null; mailboxIds?: number[] }
      revision: number
    } & Options,
  ): Promise<ArchivePolicy> {
    return call('PATCH', '/archive-policies/{policyId}', {
      params: { policyId: input.policyId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove an archive policy; what it moved comes back. */
  removeArchivePolicy(input: { policyId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/archive-policies/{policyId}', {
      params: { policyId: input.policyId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** The mailboxes whose own policy it is, by address. */
  listArchivePolicyMailboxes(
    input: { policyId: number; limit?: number | undefined; after?: string | undefined } & Options,
  ): Promise<{
    rows: { mailboxId: number; address: string; displayName: string }[]
    next: string | null
    total?: number
  }> {
    return call('GET', '/archive-policies/{policyId}/mailboxes', {
      params: { policyId: input.policyId },
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** How much is in the in-place archive, and where its objects lie. */
  showInPlaceArchive(input: Options = {}): Promise<InPlaceArchive> {
    return call('GET', '/in-place-archive', { signal: input.signal })
  },
  /** The runs that moved copies to the archive and back, newest first. */
  listArchiveRuns(
    input: { limit?: number | undefined; after?: string | undefined } & Options = {},
  ): Promise<{ rows: ArchiveRun[]; next: string | null; total?: number }> {
    return call('GET', '/in-place-archive/runs', {
      query: { limit: input.limit, after: input.after },
      signal: input.signal,
    })
  },
  /** Look through everything now, without waiting for the day's run. */
  requestArchiving(input: Options = {}): Promise<{ archiveRunId: number }> {
    return call('POST', '/in-place-archive/runs', { signal: input.signal })
  },
  /** People and their mailboxes, by address. */
  listDirectory(
    input: {
      limit?: number | undefined
      after?: string | undefined
      containing?: string | undefined
    } & Options = {},
  ): Promise<{ rows: DirectoryEntry[]; next: string | null; total?: number }> {
    return call('GET', '/directory', {
      query: { limit: input.limit, after: input.after, containing: input.containing },
      signal: input.signal,
    })
  },
  /** Import a directory file, all of it or nothing. */
  importDirectory(
    input: { deactivateMissing?: 'true' | 'false' | undefined; body: Blob } & Options,
  ): Promise<DirectoryReport> {
    return call('PUT', '/directory', {
      query: { deactivateMissing: input.deactivateMissing },
      body: input.body,
      headers: { 'content-type': 'text/csv' },
      signal: input.signal,
    })
  },
  /** An empty directory file with its heading. */
  getDirectoryTemplate(): string {
    return addressOf('/directory/template', {})
  },
  /** What importing this directory file would do, and every line that is wrong. */
  checkDirectory(
    input: { deactivateMissing?: 'true' | 'false' | undefined; body: Blob } & Options,
  ): Promise<DirectoryReport> {
    return call('POST', '/directory/check', {
      query: { deactivateMissing: input.deactivateMissing },
      body: input.body,
      headers: { 'content-type': 'text/csv' },
      signal: input.signal,
    })
  },
  /** The archive at a glance, and what needs attention. */
  getHome(input: Options = {}): Promise<Home> {
    return call('GET', '/home', { signal: input.signal })
  },
  /** Items by kind and UTC day of the items' own time. */
  getItemHistory(input: { days?: number | undefined } & Options = {}): Promise<ItemHistory> {
    return call('GET', '/home/items', { query: { days: input.days }, signal: input.signal })
  },
  /** Each connector's last days: which are complete, and which have a gap. */
  getHomeCalendars(input: { days?: number | undefined } & Options = {}): Promise<HomeCalendars> {
    return call('GET', '/home/calendar', { query: { days: input.days }, signal: input.signal })
  },
  /** Entries of the audit log, newest first. */
  listAuditEntries(
    input: {
      limit?: number | undefined
      after?: string | undefined
      act?: string | undefined
      actor?: string | undefined
      subject?: string | undefined
      from?: string | undefined
      to?: string | undefined
      breakGlass?: 'true' | 'false' | undefined
    } & Options = {},
  ): Promise<{ rows: AuditEntry[]; next: string | null; total?: number }> {
    return call('GET', '/audit/entries', {
      query: {
        limit: input.limit,
        after: input.after,
        act: input.act,
        actor: input.actor,
        subject: input.subject,
        from: input.from,
        to: input.to,
        breakGlass: input.breakGlass,
      },
      signal: input.signal,
    })
  },
  /** One entry; with `sealed` also what was sealed in it, and then that it was opened is recorded. */
  getAuditEntry(
    input: { entryId: string; sealed?: 'true' | 'false' | undefined } & Options,
  ): Promise<OpenedAuditEntry> {
    return call('GET', '/audit/entries/{entryId}', {
      params: { entryId: input.entryId },
      query: { sealed: input.sealed },
      signal: input.signal,
    })
  },
  /** Which acts and actors the log knows, to choose from. */
  getAuditNames(input: Options = {}): Promise<AuditNames> {
    return call('GET', '/audit/names', { signal: input.signal })
  },
  /** The entries that match as a file, CSV or JSON lines; that it was taken out is recorded. */
  exportAuditEntries(
    input: {
      act?: string | undefined
      actor?: string | undefined
      subject?: string | undefined
      from?: string | undefined
      to?: string | undefined
      breakGlass?: 'true' | 'false' | undefined
      format?: 'csv' | 'jsonl' | undefined
      sealed?: 'true' | 'false' | undefined
    } = {},
  ): string {
    return addressOf('/audit/export', {
      query: {
        act: input.act,
        actor: input.actor,
        subject: input.subject,
        from: input.from,
        to: input.to,
        breakGlass: input.breakGlass,
        format: input.format,
        sealed: input.sealed,
      },
    })
  },
  /** The tree's state: its size, its last checkpoint, and what waits. */
  getLogState(input: Options = {}): Promise<LogState> {
    return call('GET', '/audit/log', { signal: input.signal })
  },
  /** The last signed checkpoint as a file, to be kept elsewhere. */
  downloadCheckpoint(): string {
    return addressOf('/audit/checkpoint', {})
  },
  /** The key by which anybody checks the log's signatures, as a file to be kept elsewhere. */
  downloadPublicKey(): string {
    return addressOf('/audit/public-key', {})
  },
  /** The last verifications of the log, newest first. */
  listVerifications(input: Options = {}): Promise<{ rows: Verification[] }> {
    return call('GET', '/audit/verifications', { signal: input.signal })
  },
  /** Verify the whole log now, in the background, by a key and a checkpoint kept elsewhere if there are. */
  startVerification(
    input: { body: { publicKey?: string | null; checkpoint?: string | null } } & Options,
  ): Promise<Verification> {
    return call('POST', '/audit/verifications', { body: input.body, signal: input.signal })
  },
  /** One verification: how far it is, or its verdict. */
  getVerification(input: { verificationId: number } & Options): Promise<Verification> {
    return call('GET', '/audit/verifications/{verificationId}', {
      params: { verificationId: input.verificationId },
      signal: input.signal,
    })
  },
  /** Alerts, open or past, newest first. */
  listAlerts(
    input: {
      limit?: number | undefined
      after?: string | undefined
      state?: 'open' | 'past' | undefined
      rule?:
        | 'log-broken'
        | 'checkpoint-overdue'
        | 'index-differs'
        | 'low-disk'
        | 'sum-differs'
        | 'run-missed'
        | 'sign-in-refused'
        | 'disposition-clocks'
        | 'disposition-volume'
        | 'staged-copies'
        | 'run-failed'
        | 'disposition-overdue'
        | 'review-waiting'
        | 'unmapped-numbers'
        | 'hold-query'
        | 'person-silent'
        | 'bulk-reading'
        | 'portal-sign-in-refused'
        | 'break-glass'
        | undefined
    } & Options = {},
  ): Promise<{ rows: Alert[]; next: string | null; total?: number }> {
    return call('GET', '/alerts', {
      query: { limit: input.limit, after: input.after, state: input.state, rule: input.rule },
      signal: input.signal,
    })
  },
  /** How many alerts are open. */
  countAlerts(input: Options = {}): Promise<AlertCounts> {
    return call('GET', '/alerts/counts', { signal: input.signal })
  },
  /** Say that an alert is seen to; there are no more reminders. */
  acknowledgeAlert(input: { alertId: number; body: { note?: string } } & Options): Promise<Alert> {
    return call('POST', '/alerts/{alertId}/acknowledge', {
      params: { alertId: input.alertId },
      body: input.body,
      signal: input.signal,
    })
  },
  /** The rules, with their thresholds. */
  listAlertRules(input: Options = {}): Promise<{ rows: AlertRule[] }> {
    return call('GET', '/alert-rules', { signal: input.signal })
  },
  /** Turn a rule on or off, and set its threshold and reminders. */
  changeAlertRule(
    input: {
      rule: string
      body: { enabled: boolean; threshold: number | null; reminderDays: number }
      revision: number
    } & Options,
  ): Promise<AlertRule> {
    return call('PUT', '/alert-rules/{rule}', {
      params: { rule: input.rule },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Where alerts go; passwords and signing secrets are never shown. */
  listAlertChannels(input: Options = {}): Promise<{ rows: AlertChannel[] }> {
    return call('GET', '/alert-channels', { signal: input.signal })
  },
  /** Add a channel; a webhook's signing secret is answered this once. */
  addAlertChannel(
    input: {
      body: { name: string; enabled: boolean; settings: AlertChannelSettings; password?: string }
    } & Options,
  ): Promise<NewAlertChannel> {
    return call('POST', '/alert-channels', { body: input.body, signal: input.signal })
  },
  /** One channel. */
  getAlertChannel(input: { channelId: number } & Options): Promise<AlertChannel> {
    return call('GET', '/alert-channels/{channelId}', {
      params: { channelId: input.channelId },
      signal: input.signal,
    })
  },
  /** Change a channel. */
  changeAlertChannel(
    input: {
      channelId: number
      body: { name: string; enabled: boolean; settings: AlertChannelSettings; password?: string }
      revision: number
    } & Options,
  ): Promise<AlertChannel> {
    return call('PUT', '/alert-channels/{channelId}', {
      params: { channelId: input.channelId },
      body: input.body,
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Remove a channel, with the messages that wait for it. */
  removeAlertChannel(input: { channelId: number; revision: number } & Options): Promise<void> {
    return call('DELETE', '/alert-channels/{channelId}', {
      params: { channelId: input.channelId },
      revision: input.revision,
      signal: input.signal,
    })
  },
  /** Give a webhook a new signing secret, answered this once; the former one signs beside it for a day. */
  rotateAlertChannelSecret(input: { channelId: number } & Options): Promise<{ secret: string }> {
    return call('POST', '/alert-channels/{channelId}/rotate-secret', {
      params: { channelId: input.channelId },
      signal: input.signal,
    })
  },
  /** Send a test message now; the answer says whether it was taken. */
  testAlertChannel(input: { channelId: number } & Options): Promise<void> {
    return call('POST', '/alert-channels/{channelId}/test', {
      params: { channelId: input.channelId },
      signal: input.signal,
    })
  },
  /** Where the archive lies and how much room it takes. */
  getArchivePlace(input: Options = {}): Promise<ArchivePlace> {
    return call('GET', '/settings/storage', { signal: input.signal })
  },
  /** The archive's keys, by name and date; none is shown. */
  getKeyState(input: Options = {}): Promise<KeyState> {
    return call('GET', '/settings/keys', { signal: input.signal })
  },
  /** Change the master key; the new one must then be copied. */
  changeMasterKey(input: { body: { masterKeyId: string } } & Options): Promise<{ from: string; to: string }> {
    return call('POST', '/settings/keys/rotate', { body: input.body, signal: input.signal })
  },
  /** Say that the master key in force is copied to a safe place. */
  confirmMasterKeyCopied(input: { body: { masterKeyId: string } } & Options): Promise<void> {
    return call('POST', '/settings/keys/copied', { body: input.body, signal: input.signal })
  },
  /** Versions, licence, and which archive this is. */
  getAbout(input: Options = {}): Promise<About> {
    return call('GET', '/settings/about', { signal: input.signal })
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
