/**
 * Routes: what each call of the API takes, answers and needs, as values. The server (`server.ts`), the OpenAPI
 * document (`openapi.ts`) and the portal's client are all made from them, and a route without a rule of access
 * cannot be written down.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Ground } from '../ground.ts'
import type { Actor, Role } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import type { Caller } from './access.ts'

/**
 * Who may call: `open` to everyone (sign-in alone), `arriving` to a session that has yet to give its second factor
 * or change its password, `signed-in` to everyone who signed in, or to holders of any of these roles.
 */
export type Access = 'open' | 'arriving' | 'signed-in' | readonly [Role, ...Role[]]

/** A body taken as it comes, such as a CSV file. */
type BytesBody = { readonly kind: 'bytes'; readonly type: string; readonly sizeMax: number }
/** An answer that is a file. */
type DownloadAnswer = { readonly kind: 'download'; readonly type: string }
/** An answer that is a stream of server-sent events. */
type EventsAnswer<Event extends z.ZodType> = { readonly kind: 'events'; readonly event: Event }
/** An answer that sends the browser on to another address. */
type RedirectAnswer = { readonly kind: 'redirect' }

export type AnswerKind = z.ZodType | DownloadAnswer | EventsAnswer<z.ZodType> | RedirectAnswer

export const bytes = (type: string, sizeMax: number): BytesBody => ({ kind: 'bytes', type, sizeMax })
export const download = (type: string): DownloadAnswer => ({ kind: 'download', type })
export const events = <Event extends z.ZodType>(event: Event): EventsAnswer<Event> => ({
  kind: 'events',
  event,
})
export const redirect = (): RedirectAnswer => ({ kind: 'redirect' })

/** A file as work answers it. */
export type Download = {
  readonly fileName: string
  /** Overrides the route's type, where that is known only now. */
  readonly type?: string
  /** Bytes, where that is known. */
  readonly size?: number
  readonly chunks: AsyncIterable<Buffer | string> | Buffer | string
  /** `attachment` unless it is to be shown in place. */
  readonly disposition?: 'attachment' | 'inline'
  readonly status?: 200 | 206
  readonly headers?: Readonly<Record<string, string>>
}

/** The HTTP exchange, for the few routes that need it: cookies, and where the caller is. */
export type Exchange = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** True where the person's browser reaches us by TLS. */
  readonly secure: boolean
  /** Where the portal is reached, without a slash at the end. */
  readonly origin: string
  /** The caller's network address. */
  readonly address: string
}

type Call<Params, Query, Body> = {
  readonly ground: Ground
  readonly queue: Queue
  readonly actor: Actor
  /** Who is signed in; only an `open` route is called by nobody. */
  readonly caller: Caller | null
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** Of a route with `revised`: the revision that the caller has seen. */
  readonly revision: number
  /** Aborted when the caller is gone or the server stops. */
  readonly signal: AbortSignal
  readonly exchange: Exchange
}

/** What JSON makes of it: a `Date` stands where a time is asked for. */
type Given<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Element)[]
    ? readonly Given<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]: Given<T[Key]> }
      : T

type BodyOf<Body> = Body extends BytesBody ? Buffer : Body extends z.ZodType ? z.output<Body> : undefined
type AnswerOf<Answer> =
  Answer extends EventsAnswer<infer Event>
    ? AsyncIterable<Given<z.input<Event>>>
    : Answer extends DownloadAnswer
      ? Download
      : Answer extends RedirectAnswer
        ? string
        : Answer extends z.ZodType
          ? Given<z.input<Answer>>
          : undefined

const Nothing = z.object({})

type Definition<Params, Query, Body, Answer> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below /api, parameters in braces. */
  readonly path: `/${string}`
  /** The operation's name: what the client's function is called. */
  readonly id: string
  /** The heading that it stands under on the API page. */
  readonly tag: string
  readonly summary: string
  readonly access: Access
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Left out: 204 with nothing. */
  readonly answer?: Answer
  /**
   * A resource whose edits can collide. A read answers its `revision` as ETag; a change needs it as If-Match, and
   * gets it as `revision`.
   */
  readonly revised?: boolean
  /** It reads content: who is refused for want of a role leaves an entry in the audit log, as a reading does. */
  readonly reads?: boolean
  /** Calls a minute from one address, where that is less than the server's own limit. */
  readonly callsMax?: number
}

/** A route whose types are its own business. */
export type Route = Definition<z.ZodType, z.ZodType, z.ZodType | BytesBody, AnswerKind> & {
  work(call: Call<unknown, unknown, unknown>): Promise<unknown>
}

/** Writes a route down with the types of its parts. */
export function route<
  Params extends z.ZodType = typeof Nothing,
  Query extends z.ZodType = typeof Nothing,
  Body extends z.ZodType | BytesBody | undefined = undefined,
  Answer extends AnswerKind | undefined = undefined,
>(
  definition: Definition<Params, Query, Body, Answer> & {
    work(call: Call<z.output<Params>, z.output<Query>, BodyOf<Body>>): Promise<AnswerOf<Answer>>
  },
): Route {
  return Object.freeze(definition) as unknown as Route
}

export const isBytes = (body: Route['body']): body is BytesBody => body !== undefined && 'sizeMax' in body
export const isSchema = (answer: Route['answer']): answer is z.ZodType =>
  answer !== undefined && !('kind' in answer && typeof answer.kind === 'string')
