/** Reads a site as a collector would, for the tests of this folder. */
import type { Site } from './telemessage-site.ts'

export type Message = {
  messageId?: string
  networkType: string
  gatewayReceivedDate: number
  eml?: string
  emlContentId?: string
  emlSize?: number
  body?: Record<string, unknown> & {
    messageContext: string
    messageTime: string
    textContent: string
    textSize: number
  }
}

export type Page = { messages: Message[]; lastId: string; endOfMessages: boolean }

export type Visitor = {
  get(path: string): Promise<Response>
  page(network: string, from: number, to: number, lastId?: string, limit?: number): Promise<Page>
  all(network: string, from?: number, to?: number, limit?: number): Promise<Message[]>
  count(network: string, from: number, to: number): Promise<number>
}

export const NETWORKS = ['ENTERPRISE_NUMBER', 'O2'] as const

/** Signs in; rejects when the site refuses. */
export async function visit(site: Site): Promise<Visitor> {
  const login = await fetch(`${site.url}/rest/auth/login`, {
    method: 'POST',
    body: JSON.stringify(site.account),
  })
  if (login.status !== 200) throw new Error(`sign-in was answered ${login.status}`)
  const { token } = (await login.json()) as { token: string }
  const get = (path: string) => fetch(site.url + path, { headers: { authorization: `Bearer ${token}` } })
  const page = async (network: string, from: number, to: number, lastId = '', limit = 1000) => {
    const query = new URLSearchParams({
      network,
      from: String(from),
      to: String(to),
      lastId,
      limit: String(limit),
    })
    return (await (await get(`/rest/archive/messages?${query}`)).json()) as Page
  }
  return {
    get,
    page,
    all: async (network, from = 0, to = site.now() + 1, limit = 1000) => {
      const messages: Message[] = []
      let lastId = ''
      for (;;) {
        const next = await page(network, from, to, lastId, limit)
        messages.push(...next.messages)
        if (next.endOfMessages) return messages
        lastId = next.lastId
      }
    },
    count: async (network, from, to) => {
      const query = new URLSearchParams({ network, from: String(from), to: String(to) })
      const answer = (await (await get(`/rest/archive/messages/count?${query}`)).json()) as { count: number }
      return answer.count
    },
  }
}
