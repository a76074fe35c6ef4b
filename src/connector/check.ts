/**
 * The documented *Before you set up a connector*, checked against the site and the directory: is the account valid,
 * who is registered, whose registered e-mail is no mailbox, whose app is not active, whose phone is employee-owned
 * and so not archivable by O2. What cannot be checked from here says so. Source: reference B1.
 */
import { loadDirectory } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { loadMapping } from '../mapping/mapping.ts'
import type { RegisteredUser } from '../source/source.ts'
import { openConnectorSource, refreshUsers } from './source.ts'
import type { Connector } from './stored-connector.ts'

export type Prerequisite = {
  readonly id: string
  readonly state: 'met' | 'not-met' | 'cannot-be-checked'
  readonly text: string
  /** The users concerned, as the site names them. */
  readonly users: readonly { readonly userId: string; readonly number: string; readonly email: string }[]
}

/** Checks every prerequisite of the connector's product; never throws for what it finds at the site. */
export async function checkConnector(
  ground: Ground,
  connector: Connector,
  signal: AbortSignal,
): Promise<Prerequisite[]> {
  const found: Prerequisite[] = []
  const source = openConnectorSource(ground, connector)
  let users: RegisteredUser[]
  try {
    const account = await source.probe(signal)
    found.push(met('account', `the TeleMessage account ${account.accountName} is valid`))
    users = await refreshUsers(ground, connector, source, signal)
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return [{ id: 'account', state: 'not-met', text: `${error.code}: ${error.message}`, users: [] }]
  } finally {
    await source.close()
  }
  found.push(
    users.length > 0
      ? met('registered', `${users.length} users are registered at the site`)
      : {
          id: 'registered',
          state: 'not-met',
          text: 'no user is registered at the site for this network',
          users: [],
        },
  )
  found.push(await mailboxCheck(ground, connector, users))
  if (connector.product.needsApp)
    found.push(
      judge(
        'app',
        'the app is installed and active on every registered phone',
        'the app is not active on these users’ phones; nothing of theirs is captured',
        users.filter(user => user.appActive === false),
      ),
    )
  if (connector.product.companyOwnedOnly)
    found.push(
      judge(
        'company-owned',
        'every registered phone is owned by the organisation',
        'these phones are employee-owned, which the product’s terms exclude; their items are set aside',
        users.filter(user => user.companyOwned === false),
      ),
      {
        id: 'carrier',
        state: 'cannot-be-checked',
        text: 'the O2 account and its billing contact, which TeleMessage needs to start O2’s feed, cannot be checked from here',
        users: [],
      },
    )
  return found
}

async function mailboxCheck(
  ground: Ground,
  connector: Connector,
  users: RegisteredUser[],
): Promise<Prerequisite> {
  const directory = await loadDirectory(ground.database)
  const mapping = await loadMapping(ground.database, connector.connectorId, directory)
  const now = new Date(ground.clock.now())
  const leadsToMailbox = (user: RegisteredUser) =>
    mapping.resolve({
      sentAt: now,
      arrivedAt: now,
      participants: [
        {
          role: 'from',
          form: 'number',
          number: user.number,
          userId: user.userId,
          emails: user.email === '' ? [] : [user.email],
          name: null,
        },
      ],
    }).mailboxIds.length > 0
  const lost = users.filter(user => !leadsToMailbox(user))
  return judge(
    'mailbox',
    'every registered user leads to a mailbox, by the custom mapping or by the registered e-mail',
    'these users lead to no active mailbox; their items go to Unmapped until the mapping or the directory is corrected',
    lost,
  )
}

function met(id: string, text: string): Prerequisite {
  return { id, state: 'met', text, users: [] }
}

function judge(id: string, good: string, bad: string, users: readonly RegisteredUser[]): Prerequisite {
  if (users.length === 0) return met(id, good)
  return {
    id,
    state: 'not-met',
    text: bad,
    users: users.map(({ userId, number, email }) => ({ userId, number, email })),
  }
}
