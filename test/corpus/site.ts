/**
 * A page server that speaks the contract of docs/formats/telemessage-site.md and serves what it is given, so that
 * other people's messages go through the real path from HTTP on. Items are made when they are asked for and then
 * forgotten; the n-th of a network arrives n milliseconds after the window begins.
 */
import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Window } from '../../src/testing/archive.ts'
import type { Served } from './talk.ts'

export type Network = 'ENTERPRISE_NUMBER' | 'O2'
export type Traffic = Readonly<Partial<Record<Network, readonly (() => Served)[]>>>
export type User = {
  readonly userId: string
  readonly userName?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly mobile: string
  readonly email: string
}

export type CorpusSite = {
  readonly url: string
  readonly account: { readonly username: string; readonly password: string }
  /** Has everything in it. */
  readonly window: Window
  count(network: Network): number
  /** The message as it stands in a page: an e-mail's bytes, or the record's JSON. What an archive keeps as original. */
  original(network: Network, index: number): Buffer
}

const FROM = Date.UTC(2026, 9, 1)
const PAGE_BYTES_MAX = 8 * 1024 * 1024
const INLINE_MAX = 262_144
const ACCOUNT = Object.freeze({ username: 'archive@kestrel-harbour.example', password: 'corpus-7c1f' })
const TOKEN = 'corpus-token'

/** Starts the site; it ends with the test. */
export async function serveCorpus(
  t: { after(work: () => Promise<void>): void },
  traffic: Traffic,
  users: readonly User[] = [],
): Promise<CorpusSite> {
  const server = createServer((request, response) => {
    answer(traffic, users, request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
  const all = Math.max(0, ...Object.values(traffic).map(items => items.length))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    account: ACCOUNT,
    window: { from: FROM, to: FROM + all + 1 },
    count: network => traffic[network]?.length ?? 0,
    original: (network, index) => {
      const item = traffic[network]![index]!()
      return item.eml ?? Buffer.from(JSON.stringify(messageOf(network, index, item)))
    },
  }
}

async function answer(
  traffic: Traffic,
  users: readonly User[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', 'http://site.example')
  const give = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const timeStamp = FROM + 86_400_000
  if (url.pathname === '/rest/auth/login') {
    const { username, password } = (await json(request)) as { username?: string; password?: string }
    if (username !== ACCOUNT.username || password !== ACCOUNT.password)
      return void give(401, { responseCode: 301, message: 'INVALID_PASSWORD' })
    const networks = Object.keys(traffic)
    const account = { accountId: 'CORPUS-1', accountName: 'Kestrel Harbour', networks, demonstration: true }
    return void give(200, { timeStamp, token: TOKEN, expiresInSeconds: 86_400, account })
  }
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return void give(401, { invalidToken: true })
  if (url.pathname.startsWith('/rest/archive/content/')) {
    const bytes = contentOf(traffic, url.pathname.slice('/rest/archive/content/'.length))
    if (!bytes) return void give(404, { responseCode: 400, message: 'GENERAL_ERROR' })
    return void response
      .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length })
      .end(bytes)
  }
  const network = url.searchParams.get('network') as Network
  const items = traffic[network] ?? []
  const first = Math.max(0, Number(url.searchParams.get('from')) - FROM)
  const end = Math.min(items.length, Number(url.searchParams.get('to')) - FROM)
  switch (url.pathname) {
    case '/rest/archive/users':
      return void give(200, {
        timeStamp,
        users: users.map(user => userOf(network, user)),
        lastId: '',
        endOfUsers: true,
      })
    case '/rest/archive/messages/count':
      return void give(200, { timeStamp, count: Math.max(0, end - first) })
    case '/rest/archive/messages': {
      const start = Math.max(first, Number(url.searchParams.get('lastId') || first))
      const { texts, next } = page(
        network,
        items,
        start,
        Math.min(end, start + Number(url.searchParams.get('limit'))),
      )
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(
          `{"timeStamp":${timeStamp},"invalidToken":false,"messages":[${texts.join(',')}],"lastId":"${next}","endOfMessages":${next >= end}}`,
        )
    }
    default:
      return void give(404, { responseCode: 400, message: 'GENERAL_ERROR' })
  }
}

function page(network: Network, items: readonly (() => Served)[], start: number, end: number) {
  const texts: string[] = []
  let bytes = 0
  let next = start
  while (next < end && bytes < PAGE_BYTES_MAX) {
    const text = JSON.stringify(messageOf(network, next, items[next]!()))
    bytes += text.length
    texts.push(text)
    next++
  }
  return { texts, next }
}

function messageOf(network: Network, index: number, { messageId, eml, body, files }: Served): object {
  const head = {
    ...(messageId === '' ? {} : { messageId }),
    networkType: network,
    gatewayReceivedDate: FROM + index,
  }
  if (eml)
    return eml.length > INLINE_MAX
      ? { ...head, emlContentId: `${network}.${index}`, emlSize: eml.length }
      : { ...head, eml: eml.toString('base64') }
  const attachment = (files ?? []).map(({ name, contentType, bytes }, place) => ({
    name,
    contentType,
    attachSize: bytes.length,
    ...(bytes.length > INLINE_MAX
      ? { contentId: `${network}.${index}.${place}` }
      : { content: bytes.toString('base64') }),
    digest: hash('sha256', bytes, 'base64'),
  }))
  return { ...head, body: { ...body, attachment } }
}

function contentOf(traffic: Traffic, contentId: string): Buffer | undefined {
  const [network, index, place] = contentId.split('.')
  const item = traffic[network as Network]?.[Number(index)]?.()
  return place === undefined ? item?.eml : item?.files?.[Number(place)]?.bytes
}

function userOf(network: Network, user: User): object {
  const enterprise = network === 'ENTERPRISE_NUMBER'
  return {
    userName: user.mobile,
    firstName: '',
    lastName: '',
    ...user,
    networkType: network,
    appActive: enterprise ? true : null,
    companyOwned: enterprise ? null : true,
  }
}
