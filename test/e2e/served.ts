/**
 * What a site serves and what an archive kept, read the naive way, to be compared: the site by plain HTTP requests,
 * the archive by opening every sealed original. Nothing of the flow under test is used for the first.
 */
import { createHash } from 'node:crypto'
import type { Ground } from '../../src/ground.ts'
import { parseItemId } from '../../src/message/message.ts'
import type { Window } from '../../src/testing/archive.ts'
import { readPart, vaultObjectName } from '../../src/vault/vault.ts'

export type Served = {
  readonly messageId: string
  /** SHA-256 of the original: the e-mail's bytes, or the record as JSON. */
  readonly digest: string
  /** What makes it the same message as an N+1 copy of it: without the headers of its delivery. */
  readonly sameness: string
  /** When it reached the site, ms. */
  readonly arrival: number
  /** The record, where it is one. */
  readonly body: Record<string, unknown> | null
  /** The e-mail's head, where it is one. */
  readonly head: string
}

type Message = {
  messageId?: string
  gatewayReceivedDate: number
  eml?: string
  emlContentId?: string
  body?: Record<string, unknown>
}

type Place = {
  readonly url: string
  readonly account: { readonly username: string; readonly password: string }
}

/** Every message of the window, in the site's order, copies and all. */
export async function readServed(site: Place, network: string, window: Window): Promise<Served[]> {
  const get = await signIn(site)
  const found: Served[] = []
  for (let lastId = ''; ; ) {
    const query = new URLSearchParams({
      network,
      from: `${window.from}`,
      to: `${window.to}`,
      lastId,
      limit: '1000',
    })
    const page = (await (await get(`/rest/archive/messages?${query}`)).json()) as {
      messages: Message[]
      lastId: string
      endOfMessages: boolean
    }
    for (const message of page.messages) {
      const { messageId = '', gatewayReceivedDate: arrival, body } = message
      if (body) {
        const digest = sha256(JSON.stringify(message))
        found.push({ messageId, digest, sameness: digest, arrival, body, head: '' })
        continue
      }
      const bytes = message.emlContentId
        ? Buffer.from(await (await get(`/rest/archive/content/${message.emlContentId}`)).arrayBuffer())
        : Buffer.from(message.eml ?? '', 'base64')
      found.push({
        messageId,
        digest: sha256(bytes),
        sameness: withoutDelivery(bytes),
        arrival,
        body: null,
        head: bytes.toString('latin1', 0, bytes.indexOf('\r\n\r\n')),
      })
    }
    lastId = page.lastId
    if (page.endOfMessages) return found
  }
}

/** The users registered for a network. */
export async function readRegistered(
  site: Place,
  network: string,
): Promise<{ userId: string; mobile: string; email: string; companyOwned: boolean | null }[]> {
  const get = await signIn(site)
  const answer = await get(`/rest/archive/users?network=${network}&limit=1000`)
  return ((await answer.json()) as { users: Awaited<ReturnType<typeof readRegistered>> }).users
}

async function signIn(site: Place): Promise<(path: string) => Promise<Response>> {
  const signedIn = await fetch(new URL('/rest/auth/login', site.url), {
    method: 'POST',
    body: JSON.stringify(site.account),
  })
  const { token } = (await signedIn.json()) as { token: string }
  return path => fetch(new URL(path, site.url), { headers: { authorization: `Bearer ${token}` } })
}

export type Kept = {
  readonly itemId: string
  readonly runId: number
  readonly digest: string
  readonly sameness: string
  /** The original. */
  readonly bytes: Buffer
  readonly state: string
  readonly kind: string
  readonly versionOf: string | null
  readonly flags: readonly string[]
  /** Addresses of the mailboxes it is filed in and not hidden from, sorted. */
  readonly mailboxes: readonly string[]
}

/** Every item of the archive, by id. */
export async function readKept(ground: Ground): Promise<Kept[]> {
  const rows = await ground.database.query<{
    item_id: string
    run_id: number
    state: string
    kind: string
    version_of: string | null
    flags: string[]
    vault_object: string
    vault_offset: number
    original_size: number
    message_size: number | null
    item_key: Buffer
    mailboxes: string[]
  }>(
    `select i.*, array(select address from filing f join mailbox m using (mailbox_id)
       where f.item_id = i.item_id and f.hidden_at is null order by address) as mailboxes
     from item i order by item_id`,
  )
  const kept: Kept[] = []
  for (const row of rows) {
    const location = {
      name: vaultObjectName(row.vault_object),
      offset: row.vault_offset,
      originalSize: row.original_size,
      messageSize: row.message_size,
    }
    const key = ground.keyring.unwrapItemKey(row.item_key)
    const chunks: Buffer[] = []
    for await (const chunk of readPart(ground.storage, location, parseItemId(row.item_id), key, 'original'))
      chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const isRecord = bytes[0] === 0x7b
    const digest = isRecord ? sha256(JSON.stringify(JSON.parse(bytes.toString()))) : sha256(bytes)
    kept.push({
      itemId: row.item_id,
      runId: row.run_id,
      digest,
      sameness: isRecord ? digest : withoutDelivery(bytes),
      bytes,
      state: row.state,
      kind: row.kind,
      versionOf: row.version_of,
      flags: row.flags,
      mailboxes: row.mailboxes,
    })
  }
  return kept
}

const DELIVERY = /^(return-path|received|delivered-to|message-id|rcpt[-_]to|x-telemessage-recipient[^:]*):/i

function withoutDelivery(eml: Buffer): string {
  const end = eml.indexOf('\r\n\r\n')
  const headers = eml.toString('latin1', 0, end).split(/\r\n(?![ \t])/)
  const rest = headers.filter(header => !DELIVERY.test(header)).join('\r\n')
  return sha256(Buffer.concat([Buffer.from(rest, 'latin1'), eml.subarray(end)]))
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
