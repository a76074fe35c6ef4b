/**
 * The documented *Before you set up a connector* as a checklist: who holds the role, is the account valid, who is
 * registered, whose registered e-mail is no mailbox, whose app is not active, whose phone is employee-owned and so not
 * archivable by O2. Each is met, not met, to be seen when somebody signs in, or such that it cannot be checked from
 * here; then it says so. Source: reference B1.
 */
import type { Sql } from '../database/database.ts'
import { loadDirectory } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import { type Ground, readIdentity } from '../ground.ts'
import { type Actor, holdsRole } from '../identity/identity.ts'
import { loadMapping } from '../mapping/mapping.ts'
import type { RegisteredUser } from '../source/source.ts'
import type { Product } from './catalogue.ts'
import type { Connector } from './connector-row.ts'
import { openConnectorSource, refreshUsers } from './source.ts'

export type Prerequisite = {
  readonly id:
    | 'role'
    | 'master-key'
    | 'account'
    | 'registered'
    | 'mailbox'
    | 'app'
    | 'company-owned'
    | 'carrier'
  readonly state: 'met' | 'not-met' | 'at-sign-in' | 'cannot-be-checked'
  readonly text: string
  /** The users concerned, as the site names them. */
  readonly users: readonly {
    readonly userId: string
    readonly name: string
    readonly number: string
    readonly email: string
  }[]
  /** Of so many users. */
  readonly of: number | null
  /** Names that belong to it: the account's, or those of the persons who hold the role. */
  readonly names: readonly string[]
  /** Why it is not met, where it was the site that said so. */
  readonly code: string | null
}

type Extra = Partial<Pick<Prerequisite, 'users' | 'of' | 'names' | 'code'>>

function line(
  id: Prerequisite['id'],
  state: Prerequisite['state'],
  text: string,
  extra: Extra = {},
): Prerequisite {
  return { id, state, text, users: [], of: null, names: [], code: null, ...extra }
}

/** The checklist of a product nobody has signed in for yet: what can be seen of it from here. */
export async function checkProduct(ground: Ground, actor: Actor, product: Product): Promise<Prerequisite[]> {
  const { mailboxes } = await loadDirectory(ground.database)
  const later = (id: Prerequisite['id'], text: string) => line(id, 'at-sign-in', text)
  return [
    ...(await checkArchive(ground, actor)),
    later('account', 'whether the TeleMessage account is valid'),
    later('registered', 'who is registered at TeleMessage'),
    mailboxes === 0
      ? line('mailbox', 'not-met', 'the directory has no mailbox yet: import it first', { of: 0 })
      : later('mailbox', 'whether every registered user leads to a mailbox'),
    ...(product.needsApp ? [later('app', 'whether the app is installed and active on every phone')] : []),
    ...(product.companyOwnedOnly
      ? [later('company-owned', 'whether every phone is owned by the organisation'), CARRIER]
      : []),
  ]
}

/** What has to be so on this side: somebody holds the role, and the master key of a real archive is copied. */
export async function checkArchive(ground: Ground, actor: Actor): Promise<Prerequisite[]> {
  const names = await holdersOfRole(ground.database)
  const archive = await readIdentity(ground.database)
  const role = holdsRole(actor, 'Mailbox Import Export')
    ? line('role', 'met', 'you hold the role Mailbox Import Export', { names })
    : line('role', 'not-met', 'you do not hold the role Mailbox Import Export', { names })
  if (archive === null || archive.demonstration) return [role]
  return [
    role,
    archive.masterKeyCopiedAt === null
      ? line('master-key', 'not-met', 'the master key has not been copied to a safe place yet')
      : line('master-key', 'met', 'the master key has been copied to a safe place'),
  ]
}

async function holdersOfRole(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ display_name: string }>(
    `select distinct p.display_name from person p join role_group_member m using (person_id)
     join role_group g using (role_group_id)
     where p.status = 'active' and 'Mailbox Import Export' = any(g.roles) order by p.display_name limit 20`,
  )
  return rows.map(row => row.display_name)
}

/** Checks what the connector's site and the directory say; never throws for what it finds at the site. */
export async function checkConnector(
  ground: Ground,
  connector: Connector,
  signal: AbortSignal,
): Promise<Prerequisite[]> {
  const found: Prerequisite[] = []
  let users: RegisteredUser[]
  try {
    const source = openConnectorSource(ground, connector)
    try {
      const { accountName } = await source.probe(signal)
      found.push(
        line('account', 'met', `the TeleMessage account ${accountName} is valid`, { names: [accountName] }),
      )
      users = await refreshUsers(ground, connector, source, signal)
    } finally {
      await source.close()
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return [line('account', 'not-met', `${error.code}: ${error.message}`, { code: error.code })]
  }
  found.push(
    users.length > 0
      ? line('registered', 'met', `${users.length} users are registered at the site`, { of: users.length })
      : line('registered', 'not-met', 'no user is registered at the site for this network', { of: 0 }),
  )
  found.push(await checkMailboxes(ground, connector, users))
  if (connector.product.needsApp)
    found.push(
      judge(
        'app',
        'the app is installed and active on every registered phone',
        'the app is not active on these users’ phones; nothing of theirs is captured',
        users,
        user => user.appActive === false,
      ),
    )
  if (connector.product.companyOwnedOnly)
    found.push(
      judge(
        'company-owned',
        'every registered phone is owned by the organisation',
        'these phones are employee-owned, which the product’s terms exclude; their items are set aside',
        users,
        user => user.companyOwned === false,
      ),
      CARRIER,
    )
  return found
}

const CARRIER = line(
  'carrier',
  'cannot-be-checked',
  'the O2 account and its billing contact, which TeleMessage needs to start O2’s feed, cannot be checked from here',
)

async function checkMailboxes(
  ground: Ground,
  connector: Connector,
  users: readonly RegisteredUser[],
): Promise<Prerequisite> {
  const directory = await loadDirectory(ground.database)
  const mapping = await loadMapping(ground.database, connector.connectorId, directory)
  const now = ground.clock.now()
  return judge(
    'mailbox',
    'every registered user leads to a mailbox, by the custom mapping or by the registered e-mail',
    'these users lead to no active mailbox; their items go to Unmapped until the mapping or the directory is corrected',
    users,
    user => mapping.resolveUser(user, now).mailboxId === null,
  )
}

function judge(
  id: Prerequisite['id'],
  good: string,
  bad: string,
  all: readonly RegisteredUser[],
  isConcerned: (user: RegisteredUser) => boolean,
): Prerequisite {
  const concerned = all.filter(isConcerned)
  if (concerned.length === 0) return line(id, 'met', good, { of: all.length })
  const users = concerned.map(({ userId, name, number, email }) => ({ userId, name, number, email }))
  return line(id, 'not-met', bad, { of: all.length, users })
}
