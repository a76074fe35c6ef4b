/**
 * How quickly the portal's heaviest pages are answered, by the API over HTTP: a folder that holds everything that was
 * imported, its conversations, one of them, and Home. Opening a folder reads and unseals the first line of each
 * message of the page, and records the reading, as it does for anybody.
 */
import { listenApi } from '../src/api/api.ts'
import type { Ground } from '../src/ground.ts'
import { addMember, addPerson, addRoleGroup, addToken, SYSTEM } from '../src/identity/identity.ts'
import { openQueue } from '../src/queue/queue.ts'
import { percentile } from './measure.ts'

export type PortalFigures = {
  /** Messages in the folder that is opened. */
  readonly messages: number
  readonly pages: readonly {
    readonly name: string
    readonly first: number
    readonly median: number
    readonly p95: number
  }[]
}

const ROUNDS = 20

/** Files everything into one folder of one mailbox, and opens it. Milliseconds. */
export async function measurePortal(ground: Ground): Promise<PortalFigures> {
  const queue = await openQueue(ground.database, { log: ground.log })
  const api = await listenApi(ground, queue)
  try {
    const { address, folder, messages } = await fillFolder(ground)
    const headers = { authorization: `Bearer ${await tokenOf(ground)}` }
    const get = async (path: string) => {
      const response = await fetch(`${api.url}/api${path}`, { headers })
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as { rows?: { conversation?: string }[]; next?: string | null }
    }
    const box = `/mailboxes/${encodeURIComponent(address)}`
    const newest = await get(`${box}/conversations?folder=${encodeURIComponent(folder)}`)
    const conversation = newest.rows?.[0]?.conversation
    const opened: [string, string[]][] = [
      ['a folder: its counts and first page', [box, `${box}/messages?folder=${encodeURIComponent(folder)}`]],
      ['its conversations, first page', [`${box}/conversations?folder=${encodeURIComponent(folder)}`]],
      ['one conversation', [`${box}/conversations/${conversation}?folder=${encodeURIComponent(folder)}`]],
      ['Home', ['/home', '/home/items', '/home/calendar']],
      ['the connectors', ['/connectors']],
    ]
    const pages = []
    for (const [name, paths] of opened) {
      const times: number[] = []
      for (let round = 0; round <= ROUNDS; round++) {
        const startedAt = performance.now()
        await Promise.all(paths.map(get))
        times.push(performance.now() - startedAt)
      }
      const [first = 0, ...rest] = times
      pages.push({ name, first, median: percentile(rest, 50), p95: percentile(rest, 95) })
    }
    return { messages, pages }
  } finally {
    await api.stop()
    await queue.stop({ graceful: false })
  }
}

/** A folder with every item in it, of the mailbox that has the most already. */
async function fillFolder(ground: Ground): Promise<{ address: string; folder: string; messages: number }> {
  const [busiest] = await ground.database.query<{
    mailbox_id: number
    folder_id: number
    folder: string
    address: string
  }>(
    `select f.mailbox_id, f.folder_id, d.name as folder, m.address
     from filing f join mailbox m using (mailbox_id) join folder d using (folder_id)
     where m.kind = 'person' group by 1, 2, 3, 4 order by count(*) desc limit 1`,
  )
  if (!busiest) throw new Error('nothing was filed')
  await ground.database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
     select $1, item_id, $2, run_id, filed_at from item on conflict do nothing`,
    [busiest.mailbox_id, busiest.folder_id],
  )
  const [kept] = await ground.database.query<{ messages: number }>(
    'select count(*) as messages from filing where folder_id = $1 and hidden_at is null',
    [busiest.folder_id],
  )
  return { address: busiest.address, folder: busiest.folder, messages: kept?.messages ?? 0 }
}

async function tokenOf(ground: Ground): Promise<string> {
  const { person } = await addPerson(ground, SYSTEM, { username: 'bench', displayName: 'Bench' })
  const roles = ['Preview', 'View-Only Configuration'] as const
  const { roleGroupId } = await addRoleGroup(ground, SYSTEM, { name: 'Bench', roles })
  await addMember(ground, SYSTEM, roleGroupId, person.personId)
  return (await addToken(ground, SYSTEM, person.personId, { name: 'bench', roles, days: 1 })).text
}
