/** A site that serves just the messages a test writes, by the contract: windows, pages, counts, users, contents. */
import type { ServerResponse } from 'node:http'
import {
  type HostileSite,
  SITE_TIME,
  sendJson,
  signIn,
  startHostileSite,
} from '../../src/testing/hostile-site.ts'

export const ARRIVAL = SITE_TIME - 3_600_000
export const WINDOW = { from: ARRIVAL - 86_400_000, to: SITE_TIME }
export const ACCOUNT = { username: 'archive@example.com', password: 'Plover-tidemark-6620' }

export type TinyMessage = {
  /** The message as it stands in the page: JSON, or whatever a broken site may send. */
  readonly json: string
  readonly arrival: number
}

export type TinyUser = {
  readonly userId: string
  readonly mobile: string
  readonly email?: string
  readonly companyOwned?: boolean
}

export type TinySite = HostileSite & {
  readonly account: typeof ACCOUNT
  readonly messages: TinyMessage[]
  readonly users: TinyUser[]
  readonly contents: Map<string, Buffer>
  /** What the site says instead of the true count. */
  count: number | null
}

/** Serves `messages`, whichever network is asked for; they may be changed at any time. */
export async function startTinySite(
  messages: TinyMessage[] = [],
  users: TinyUser[] = [],
  account: Record<string, unknown> = {},
): Promise<TinySite> {
  const parts = {
    account: ACCOUNT,
    messages,
    users,
    contents: new Map<string, Buffer>(),
    count: null as number | null,
  }
  const inWindow = (query: URLSearchParams) =>
    messages
      .filter(each => each.arrival >= Number(query.get('from')) && each.arrival < Number(query.get('to')))
      .sort((a, b) => a.arrival - b.arrival)
  const queryOf = (request: { url?: string | undefined }) =>
    new URL(request.url ?? '/', 'http://site.example').searchParams
  const site = await startHostileSite({
    '/rest/auth/login': signIn({
      accountId: 'TINY-1',
      networks: ['ENTERPRISE_NUMBER', 'O2'],
      demonstration: true,
      ...account,
    }),
    '/rest/archive/users': response => {
      const all = users.map(({ userId, mobile, email = '', companyOwned = true }) => ({
        userId,
        mobile,
        email,
        companyOwned,
        userName: mobile,
        firstName: 'F',
        lastName: 'L',
        networkType: 'O2',
        appActive: true,
      }))
      sendJson(response, { timeStamp: SITE_TIME, users: all, lastId: String(all.length), endOfUsers: true })
    },
    '/rest/archive/messages': (response, request) => {
      const query = queryOf(request)
      const start = Number(query.get('lastId') ?? 0)
      const all = inWindow(query)
      const page = all.slice(start, start + Number(query.get('limit') ?? 1000))
      const next = start + page.length
      send(
        response,
        `{"timeStamp":${SITE_TIME},"invalidToken":false,"messages":[${page.map(each => each.json).join(',')}],` +
          `"lastId":"${next}","endOfMessages":${next >= all.length}}`,
      )
    },
    '/rest/archive/messages/count': (response, request) =>
      sendJson(response, { timeStamp: SITE_TIME, count: parts.count ?? inWindow(queryOf(request)).length }),
    '/rest/archive/content/': (response, request) => {
      const content = parts.contents.get(
        new URL(request.url ?? '/', 'http://site.example').pathname.split('/').at(-1)!,
      )
      if (!content) return void response.writeHead(404).end()
      response.writeHead(200, { 'content-length': content.length }).end(content)
    },
  })
  return Object.assign(parts, site)
}

function send(response: ServerResponse, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

type RecordFields = {
  readonly id: string
  readonly arrival?: number
  readonly sent?: string
  readonly from: string
  readonly to: string
  readonly fromName?: string
  readonly toEmail?: string
  readonly text: string
  readonly subject?: string
  readonly group?: string
  readonly subscriberId?: string
  readonly msisdn?: string
  readonly direction?: 'In' | 'Out'
  readonly attachment?: readonly Record<string, unknown>[]
}

/** An O2 record. */
export function tinyRecord(fields: RecordFields): TinyMessage {
  const {
    id,
    arrival = ARRIVAL,
    from,
    to,
    text,
    subscriberId = 'u1',
    direction = 'Out',
    attachment = [],
  } = fields
  const body = {
    subscriberId,
    msisdn: fields.msisdn ?? (direction === 'Out' ? from : to),
    messageId: id,
    messageContext: 'pager-message',
    messageTime: fields.sent ?? new Date(arrival - 60_000).toISOString().replace('.000', ''),
    from,
    to: [to],
    direction,
    groupMessage: fields.group !== undefined,
    ...(fields.group !== undefined ? { dialogGroupName: fields.group, dialogGroupId: 'g1' } : {}),
    subject: fields.subject ?? '',
    contentType: 'text/plain',
    textContent: text,
    textSize: Buffer.byteLength(text),
    fromEnriched: {
      value: from,
      ...(fields.fromName ? { fullName: { firstName: fields.fromName, lastName: 'Lapwing' } } : {}),
    },
    toEnriched: [{ value: to, ...(fields.toEmail ? { email: fields.toEmail } : {}) }],
    attachment,
  }
  return {
    arrival,
    json: JSON.stringify({ messageId: id, networkType: 'O2', gatewayReceivedDate: arrival, body }),
  }
}

/** An Enterprise Number message around an e-mail. */
export function tinyMail(id: string, eml: string | Buffer, arrival = ARRIVAL): TinyMessage {
  const message = {
    messageId: id,
    networkType: 'ENTERPRISE_NUMBER',
    gatewayReceivedDate: arrival,
    eml: Buffer.from(eml).toString('base64'),
  }
  return { arrival, json: JSON.stringify(message) }
}

/** An e-mail as TeleMessage makes them, from a captured user to somebody. */
export function eml(fields: {
  id: string
  from: string
  to: string
  text: string
  user: string
  subject?: string
  headers?: string
}): string {
  return (
    `${fields.headers ?? ''}From: ${fields.from}\r\nTo: ${fields.to}\r\n` +
    `Subject: ${fields.subject ?? 'SMS message'}\r\nDate: Sat, 31 Oct 2026 22:58:00 +0000\r\n` +
    `X-TELEMESSAGE-ArchiveMessageID: ${fields.id}\r\nX-TELEMESSAGE-Network: ENTERPRISE_NUMBER\r\n` +
    `X-TELEMESSAGE-MessageType: pager-message\r\nX-TELEMESSAGE-ArchiveInitiator: ${fields.user}\r\n` +
    `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${fields.text}\r\n`
  )
}

/** Two people with mailboxes, and a directory of them. */
export const ANNA = { number: '447700900101', mailbox: 'anna@example.com' }
export const BO = { number: '447700900102', mailbox: 'bo@example.com' }
export const PEOPLE_CSV = `Address,Display Name\r\n${ANNA.mailbox},Anna Lapwing\r\n${BO.mailbox},Bo Lapwing\r\n`
export const MAPPING_CSV = `External User ID,Microsoft 365 User Mailbox\r\n${ANNA.number},${ANNA.mailbox}\r\n${BO.number},${BO.mailbox}\r\n`
