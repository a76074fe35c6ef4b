/** The API of a test's archive, listening, and people of any roles who call it. */
import { type ListeningApi, listenApi } from '../api/api.ts'
import { addMember, addPerson, addRoleGroup, addToken, type Role } from '../identity/identity.ts'
import type { TestArchive } from './archive.ts'

type Context = { after(work: () => Promise<void>): void }

export type TestCaller = {
  readonly username: string
  readonly password: string
  readonly token: string
  /** Calls with the token. A body that is no string is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>
}

type CallOptions = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type TestAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; throws if it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what came, whatever it is
  json(): any
}

export type TestApi = ListeningApi & {
  /** A person in a role group of their own with these roles, and a token with all of them. */
  personWith(roles: readonly Role[], limit?: Parameters<typeof addRoleGroup>[2]['limit']): Promise<TestCaller>
  /** Signs the person in as the portal does: a session that has nothing left to give. */
  signIn(caller: TestCaller): Promise<{ cookie: string; csrfToken: string }>
  /** A call without a sign-in. */
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>
}

/** Starts the API of an archive; stopped after the test. */
export async function testApi(t: Context, archive: TestArchive): Promise<TestApi> {
  const { ground, actor } = archive
  const api = await listenApi(ground, await archive.queue())
  t.after(() => api.stop())
  const send = async (method: string, path: string, options: CallOptions = {}): Promise<TestAnswer> => {
    const { body, headers = {} } = options
    const json = body !== undefined && typeof body !== 'string'
    const response = await fetch(api.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }
  let made = 0
  return {
    ...api,
    call: send,
    signIn: async ({ username, password }) => {
      // Who was added with a password must change it first; that way has tests of its own.
      await ground.database.execute('update person set must_change_password = false where username = $1', [
        username,
      ])
      const answer = await send('POST', '/api/session', { body: { username, password } })
      const cookie = answer.headers.getSetCookie().map(each => each.split(';')[0]!)
      return { cookie: cookie.join('; '), csrfToken: answer.json().csrfToken }
    },
    personWith: async (roles, limit) => {
      const username = `person-${++made}`
      const password = `a long password of ${username}`
      const { person } = await addPerson(ground, actor, { username, displayName: `Person ${made}`, password })
      const group = await addRoleGroup(ground, actor, {
        name: `Group ${made}`,
        roles,
        ...(limit === undefined ? {} : { limit }),
      })
      await addMember(ground, actor, group.roleGroupId, person.personId)
      const { text: token } = await addToken(ground, archive.actor, person.personId, {
        name: 'test',
        roles: roles.length > 0 ? roles : ['Preview'],
        days: 1,
      })
      return {
        username,
        password,
        token,
        call: (method, path, options = {}) =>
          send(method, path, {
            ...options,
            headers: { authorization: `Bearer ${token}`, ...options.headers },
          }),
      }
    },
  }
}
