/**
 * A connector in the making: what the wizard has been told so far, kept on the server, so that it can be continued
 * from anywhere. It begins when the terms of service are accepted, learns its account at *Login to TeleMessage*, and
 * is a connector once it is finished. Until then it is never scheduled and nothing is imported for it.
 */
import type { Transaction } from '../database/database.ts'
import { parseAddress } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { findProduct } from './catalogue.ts'
import {
  checkSettings,
  type NewConnector,
  record,
  refuseDouble,
  refuseUncopiedKey,
  setPassword,
  tidyDomains,
} from './connector-change.ts'
import {
  type Connector,
  expectRevision,
  getConnector,
  lockConnector,
  type SetupStep,
} from './connector-row.ts'
import { getConnectorDefaults } from './defaults.ts'
import { nextRunAfter } from './schedule.ts'
import { passwordOf, probeSite, storeUsers } from './source.ts'

/** Begins a connector of this product. To call it is to accept the product's terms of service. */
export async function startDraft(ground: Ground, actor: Actor, productId: string): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  const product = findProduct(productId)
  const now = new Date(ground.clock.now())
  return ground.database.transaction(async tx => {
    const defaults = await getConnectorDefaults(ground, tx)
    const [row] = await tx.query<{ connector_id: number }>(
      `insert into connector (product, name, status, source_kind, location, terms_accepted_by, terms_accepted_at,
         default_region, schedule, item_size_max, created_by, created_at, setup_step)
       values ($1, $2, 'draft', 'site', '', $3, $4, $5, $6, $7, $3, $4, 'login') returning connector_id`,
      [
        product.id,
        product.name,
        actor.name,
        now,
        defaults.defaultRegion,
        JSON.stringify(defaults.schedule),
        defaults.itemSizeMax,
      ],
    )
    const connectorId = row!.connector_id
    await record(tx, ground, actor, 'connector.accept-terms', connectorId, { product: product.id })
    return getConnector(tx, connectorId)
  })
}

export type SignIn = {
  readonly location: string
  readonly username: string
  /** Left out: the password that the draft has, for the same site and user name only. */
  readonly password?: string | undefined
}

export type SignedIn = { readonly connector: Connector; readonly registeredUsers: number }

/**
 * Signs in to the site and, if it lets us in, keeps how. Throws what the site says (SITE_SIGN_IN_WRONG,
 * SITE_SIGN_IN_SUSPENDED, SITE_UNREACHABLE …), PRODUCT_NOT_IN_ACCOUNT, or CONNECTOR_EXISTS where the account has a
 * connector of this product; then the draft is as it was.
 */
export async function signInDraft(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  wanted: SignIn,
  revision: number,
  signal: AbortSignal,
): Promise<SignedIn> {
  requireRole(actor, 'Mailbox Import Export')
  const draft = await getDraft(ground, connectorId, revision)
  const location = wanted.location.trim()
  const password = passwordFor(ground, draft, { ...wanted, location })
  const place = {
    sourceKind: 'site' as const,
    location,
    username: wanted.username,
    password,
    itemSizeMax: draft.itemSizeMax,
  }
  const account = await probeSite(ground, place, draft.product, signal).catch(async error => {
    if (error instanceof HoldfastError) await recordRefusal(ground, actor, connectorId, error)
    throw error
  })
  if (!account.networks.includes(draft.product.network))
    throw new HoldfastError(
      'PRODUCT_NOT_IN_ACCOUNT',
      `the account has no ${draft.product.name}; it has ${account.networks.join(', ') || 'no network at all'}`,
    )
  const connector = await ground.database.transaction(async tx => {
    await refuseDouble(tx, draft.product, { ...place, accountId: account.accountId }, connectorId)
    const current = await lockConnector(tx, connectorId, { draft: true, revision })
    const seen = account.users.flatMap(user => parseAddress(user.email)?.split('@')[1] ?? [])
    // Another account has other people; what was chosen for this one stays chosen.
    const domains = current.accountId === account.accountId ? current.domains : tidyDomains(seen)
    await tx.execute(
      `update connector set location = $2, username = $3, account_id = $4, account_name = $5, domains = $6,
         setup_step = case setup_step when 'login' then 'mapping' else setup_step end, revision = revision + 1
       where connector_id = $1`,
      [connectorId, location, wanted.username, account.accountId, account.accountName, domains],
    )
    await setPassword(tx, ground, connectorId, password)
    await storeUsers(tx, ground, connectorId, account.users)
    await record(tx, ground, actor, 'connector.sign-in', connectorId, {
      account: account.accountId,
      registeredUsers: account.users.length,
    })
    return getConnector(tx, connectorId)
  })
  return { connector, registeredUsers: account.users.length }
}

/** The password to try. A kept one goes to the place it was given for and to no other. */
function passwordFor(ground: Ground, draft: Connector, wanted: SignIn): string {
  if (wanted.password !== undefined && wanted.password !== '') return wanted.password
  if (draft.credential === null || draft.location !== wanted.location || draft.username !== wanted.username)
    throw new HoldfastError('CONNECTOR_INVALID', 'the password is missing')
  return passwordOf(ground, draft)
}

/** Passwords that were tried in vain are for the log as well. */
async function recordRefusal(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  { code }: HoldfastError,
): Promise<void> {
  await ground.database.transaction(tx =>
    record(tx, ground, actor, 'connector.sign-in-refused', connectorId, { code }),
  )
}

export type DraftSettings = Partial<
  Pick<NewConnector, 'name' | 'automaticMapping' | 'defaultRegion' | 'domains' | 'schedule' | 'itemSizeMax'>
> & {
  /** The step that is reached by this; earlier ones are not gone back to. */
  readonly setupStep?: SetupStep
}

/** Changes what the draft is to be, and notes how far its setup has come. */
export async function editDraft(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  change: DraftSettings,
  revision: number,
): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  return ground.database.transaction(async tx => {
    const current = await lockConnector(tx, connectorId, { draft: true, revision })
    const next = { ...current, ...change, domains: tidyDomains(change.domains ?? current.domains) }
    checkSettings(next)
    await tx.execute(
      `update connector set name = $2, automatic_mapping = $3, default_region = $4, domains = $5, schedule = $6,
         item_size_max = $7, setup_step = $8, revision = revision + 1 where connector_id = $1`,
      [
        connectorId,
        next.name,
        next.automaticMapping,
        next.defaultRegion,
        next.domains,
        JSON.stringify(next.schedule),
        next.itemSizeMax,
        furthest(current, change.setupStep),
      ],
    )
    return getConnector(tx, connectorId)
  })
}

const STEPS: readonly (SetupStep | null)[] = ['login', 'mapping', 'review']

function furthest({ setupStep, accountId }: Connector, reached: SetupStep | undefined): SetupStep | null {
  // Nothing lies beyond the login for a draft that has no account.
  if (reached === undefined || accountId === '') return setupStep
  return STEPS.indexOf(reached) > STEPS.indexOf(setupStep) ? reached : setupStep
}

/**
 * Makes the draft a connector that is imported on its schedule, in the caller's transaction. CONNECTOR_UNFINISHED if
 * nobody has signed in for it yet; CONNECTOR_EXISTS, MASTER_KEY_NOT_COPIED as `addConnector`.
 */
export async function activateDraft(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  connectorId: number,
  revision: number,
): Promise<Connector> {
  requireRole(actor, 'Mailbox Import Export')
  await refuseUncopiedKey(tx)
  const found = await getConnector(tx, connectorId)
  if (found.accountId !== '') await refuseDouble(tx, found.product, found, connectorId)
  const draft = await lockConnector(tx, connectorId, { draft: true, revision })
  if (draft.accountId === '')
    throw new HoldfastError('CONNECTOR_UNFINISHED', 'nobody has signed in to TeleMessage for it yet')
  const now = ground.clock.now()
  // It was added when it is finished: its first window begins a day before that.
  await tx.execute(
    `update connector set status = 'active', setup_step = null, created_by = $2, created_at = $3, next_run_at = $4,
       revision = revision + 1 where connector_id = $1`,
    [connectorId, actor.name, new Date(now), new Date(nextRunAfter(draft.schedule, now))],
  )
  await record(tx, ground, actor, 'connector.add', connectorId, {
    product: draft.product.id,
    termsAccepted: true,
    automaticMapping: draft.automaticMapping,
  })
  return getConnector(tx, connectorId)
}

/** Gives a draft up: its password, its mapping and the users that were read are forgotten. */
export async function discardDraft(
  ground: Ground,
  actor: Actor,
  connectorId: number,
  revision?: number,
): Promise<void> {
  requireRole(actor, 'Mailbox Import Export')
  await ground.database.transaction(async tx => {
    await lockConnector(tx, connectorId, { draft: true, revision })
    for (const table of ['mapping_entry', 'registered_user'])
      await tx.execute(`delete from ${table} where connector_id = $1`, [connectorId])
    await tx.execute(
      `update connector set status = 'removed', setup_step = null, removed_at = $2, credential = null,
         revision = revision + 1 where connector_id = $1`,
      [connectorId, new Date(ground.clock.now())],
    )
    await record(tx, ground, actor, 'connector.discard', connectorId, {})
  })
}

async function getDraft(ground: Ground, connectorId: number, revision: number): Promise<Connector> {
  const draft = await getConnector(ground.database, connectorId)
  if (draft.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connectorId} was removed`)
  if (draft.status !== 'draft')
    throw new HoldfastError('CONNECTOR_EXISTS', `the setup of connector ${connectorId} is finished already`)
  expectRevision(draft, revision)
  return draft
}
