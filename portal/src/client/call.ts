/**
 * The core under the generated client: one call of the REST API. Sends the session's cookie and its CSRF token, the
 * revision of an edit as If-Match, and JSON or raw bytes. Whatever is refused is thrown as a `Problem`.
 */
import { isUnattended } from './attendance.ts'
import { problemOf, unreachable } from './problem.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Value = string | number | boolean | Date
export type Query = Readonly<Record<string, Value | readonly Value[] | null | undefined>>

export type CallOptions = {
  /** Fills the `{name}` places of the path. */
  readonly params?: Readonly<Record<string, string | number>> | undefined
  /** Absent, null and empty values are left out; a list becomes the name repeated. */
  readonly query?: object | undefined
  /** A Blob, an ArrayBuffer or bytes go as they are; everything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The revision that is edited: sent as If-Match. */
  readonly revision?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const BASE = '/api'
let csrfToken: string | null = null
const listeners = new Set<() => void>()

/** The token of the present session, which unsafe calls must carry; null while nobody is signed in. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token
}

/** Calls back when an answer says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls the API and gives the answer: JSON, a Blob of anything else, undefined where there is no body. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options)
  if (response.status === 204) return undefined as T
  const type = response.headers.get('content-type') ?? ''
  return (type.includes('json') ? await response.json() : await response.blob()) as T
}

/** The address of a call, for links, pictures, players and downloads that the browser makes itself. */
export function addressOf(
  path: string,
  { params, query }: Pick<CallOptions, 'params' | 'query'> = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params?.[name]
    if (value === undefined) throw new Error(`${path} lacks its ${name}`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined && each !== null && each !== '')
        search.append(name, each instanceof Date ? each.toISOString() : String(each))
  return BASE + filled + (search.size > 0 ? `?${search}` : '')
}

/**
 * Fetches a file and lets the browser save it under the name that the archive gives. A refusal is thrown, so that it
 * can be shown where the button is. For files of many megabytes link to `addressOf` instead.
 */
export async function download(
  path: string,
  options: CallOptions & { readonly method?: Method } = {},
): Promise<void> {
  const response = await send(options.method ?? 'get', path, {
    ...options,
    headers: { accept: '*/*', ...options.headers },
  })
  const blob = await response.blob()
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = fileNameOf(response.headers.get('content-disposition')) ?? 'download'
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
  const upper = method.toUpperCase()
  const headers = new Headers({ accept: 'application/json, application/problem+json', ...options.headers })
  if (csrfToken !== null && upper !== 'GET') headers.set('x-csrf-token', csrfToken)
  if (options.revision !== undefined) headers.set('if-match', `"${options.revision}"`)
  if (isUnattended()) headers.set('x-unattended', '1')
  const { body } = options
  const raw = body instanceof Blob || body instanceof ArrayBuffer || body instanceof Uint8Array
  if (body !== undefined && !raw) headers.set('content-type', 'application/json')
  else if (raw && !headers.has('content-type'))
    headers.set('content-type', (body instanceof Blob && body.type) || 'application/octet-stream')
  let response: Response
  try {
    response = await fetch(addressOf(path, options), {
      method: upper,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw unreachable(error)
  }
  if (response.ok) return response
  const problem = await problemOf(response)
  if (response.status === 401 && !path.startsWith('/session')) for (const listener of listeners) listener()
  throw problem
}

/** The file name of a Content-Disposition header (RFC 6266): `filename*` before `filename`. */
function fileNameOf(header: string | null): string | null {
  if (header === null) return null
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(header)
  if (extended?.[1] !== undefined) return decodeURIComponent(extended[1])
  return /filename="([^"]+)"/i.exec(header)?.[1] ?? null
}
