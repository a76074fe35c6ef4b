/** Opens a connector's source with its sealed password, and keeps the list of users registered there up to date. */
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { openSource, type RegisteredUser, type Source, type SourceAccount } from '../source/source.ts'
import type { Product } from './catalogue.ts'
import type { NewConnector } from './connector-change.ts'
import type { Connector } from './connector-row.ts'

type SourcePlace = Pick<NewConnector, 'sourceKind' | 'location' | 'username' | 'password' | 'itemSizeMax'>

/** The source of a connector. The password is opened here and kept in memory no longer than the source is. */
export function openConnectorSource(ground: Ground, connector: Connector): Source {
  return openPlace(ground, { ...connector, password: passwordOf(ground, connector) }, connector.product)
}

/** The connector's password, opened; '' where it has none. */
export function passwordOf(ground: Ground, { connectorId, credential }: Connector): string {
  if (!credential) return ''
  return ground.keyring.open('credential', credential, `connector:${connectorId}`).toString('utf8')
}

/** Signs in to a site (or looks at a folder) that is not yet a connector's, as the wizard does. */
export async function probeSite(
  ground: Ground,
  place: SourcePlace,
  product: Product,
  signal: AbortSignal,
): Promise<SourceAccount & { readonly users: RegisteredUser[] }> {
  const source = openPlace(ground, place, product)
  try {
    const account = await source.probe(signal)
    const users: RegisteredUser[] = []
    for await (const user of source.users(signal)) users.push(user)
    return { ...account, users }
  } finally {
    await source.close()
  }
}

/**
 * Signs in as the connector would after `change`, where that changes whose account it is: the account must stay the
 * same, since it is part of every item's identity. CONNECTOR_INVALID if it is another one.
 */
export async function checkAccount(
  ground: Ground,
  connector: Connector,
  change: Partial<Pick<NewConnector, 'location' | 'username' | 'password'>>,
  signal: AbortSignal,
): Promise<void> {
  if (change.location === undefined && change.username === undefined && change.password === undefined) return
  // The password was given for one place and goes to no other.
  if (change.password === undefined && (change.location ?? connector.location) !== connector.location)
    throw new HoldfastError('CONNECTOR_INVALID', 'another site needs the password again')
  const source = openPlace(
    ground,
    { ...connector, password: passwordOf(ground, connector), ...change },
    connector.product,
  )
  try {
    const { accountId } = await source.probe(signal)
    if (accountId !== connector.accountId)
      throw new HoldfastError(
        'CONNECTOR_INVALID',
        `that is account ${accountId}, and this connector is of ${connector.accountId}: add another connector for it`,
      )
  } finally {
    await source.close()
  }
}

/** Reads the site's registered users and replaces what was known of them; returns them. */
export async function refreshUsers(
  ground: Ground,
  connector: Connector,
  source: Source,
  signal: AbortSignal,
): Promise<RegisteredUser[]> {
  const users = new Map<string, RegisteredUser>()
  for await (const user of source.users(signal)) users.set(user.userId, user)
  await ground.database.transaction(tx => storeUsers(tx, ground, connector.connectorId, [...users.values()]))
  return [...users.values()]
}

/** Replaces the registered users that are known of the connector by these. */
export async function storeUsers(
  tx: Transaction,
  ground: Ground,
  connectorId: number,
  users: readonly RegisteredUser[],
): Promise<void> {
  // Two workers that refresh at once would meet crosswise in the upsert; the second waits here. Filing notes its
  // users' last items in the order of the key, so the rows are locked in that order too.
  await tx.query('select from connector where connector_id = $1 for no key update', [connectorId])
  await tx.query('select from registered_user where connector_id = $1 order by user_id for update', [
    connectorId,
  ])
  await tx.execute(
    `insert into registered_user (connector_id, user_id, name, number, email, app_active, company_owned, seen_at)
     select $1, user_id, name, number, email, app_active, company_owned, $8
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[])
       as u (user_id, name, number, email, app_active, company_owned)
     on conflict (connector_id, user_id) do update set name = excluded.name, number = excluded.number,
       email = excluded.email, app_active = excluded.app_active, company_owned = excluded.company_owned,
       seen_at = excluded.seen_at
     where (registered_user.name, registered_user.number, registered_user.email, registered_user.app_active,
         registered_user.company_owned)
       is distinct from (excluded.name, excluded.number, excluded.email, excluded.app_active, excluded.company_owned)`,
    [
      connectorId,
      users.map(user => user.userId),
      users.map(user => user.name),
      users.map(user => user.number),
      users.map(user => user.email.toLowerCase()),
      users.map(user => user.appActive),
      users.map(user => user.companyOwned),
      new Date(ground.clock.now()),
    ],
  )
  await tx.execute(
    'delete from registered_user where connector_id = $1 and not (user_id = any($2::text[]))',
    [connectorId, users.map(user => user.userId)],
  )
}

function openPlace(ground: Ground, place: SourcePlace, product: Product): Source {
  const { clock, log } = ground
  if (place.sourceKind === 'zip')
    return openSource({ kind: 'zip', folder: place.location, network: product.network, clock, log })
  return openSource({
    kind: 'site',
    url: place.location,
    network: product.network,
    username: place.username,
    password: place.password,
    demonstration: ground.archive.demonstration,
    pageItems: ground.config.pageItems,
    contentSizeMax: place.itemSizeMax,
    clock,
    log,
  })
}
