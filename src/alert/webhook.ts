/**
 * Sends a message to a webhook: one POST of JSON, signed so that the receiver knows who sent it and that it is fresh.
 *
 *     Holdfast-Id:        the message's id; the same for every attempt
 *     Holdfast-Signature: t=<seconds since 1970>,v1=<hex HMAC-SHA-256 of "<t>.<body>" with the secret>
 *
 * For a day after a change of the secret there are two v1, by the new and the former one. No redirect is followed, the
 * answer's body is not read beyond 64 KiB, and the whole exchange has ten seconds.
 */
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { HoldfastError } from '../errors.ts'
import type { WebhookSettings } from './channel-settings.ts'
import { reachableAddress } from './network-address.ts'

const PATIENCE = 10_000
const ANSWER_MAX = 64 * 1024

/** The value of Holdfast-Signature. */
export function signatureOf(secrets: readonly string[], at: number, body: string): string {
  const seconds = Math.floor(at / 1000)
  const marks = secrets.map(
    secret => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`,
  )
  return [`t=${seconds}`, ...marks].join(',')
}

/** Resolves when the receiver answered 2xx. CHANNEL_FAILED or CHANNEL_ADDRESS_REFUSED else. */
export async function sendWebhook(
  settings: WebhookSettings,
  secrets: readonly string[],
  message: { readonly id: string; readonly body: string },
  now: number,
): Promise<void> {
  const url = new URL(settings.url)
  const { address, family } = await reachableAddress(url.hostname, settings.allowPrivate)
  const options: RequestOptions = {
    method: 'POST',
    // The name stays for TLS and Host; the connection goes to the address that was looked at.
    lookup: (_host, wanted, done) => {
      if (wanted.all) (done as unknown as (e: null, all: unknown[]) => void)(null, [{ address, family }])
      else done(null, address, family)
    },
    agent: false,
    timeout: PATIENCE,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(message.body),
      'user-agent': 'Holdfast',
      'holdfast-id': message.id,
      'holdfast-signature': signatureOf(secrets, now, message.body),
    },
    ...(settings.authority ? { ca: settings.authority } : {}),
  }
  const status = await post(url, options, message.body)
  if (status < 200 || status > 299)
    throw new HoldfastError('CHANNEL_FAILED', `the receiver answered ${status}`)
}

function post(url: URL, options: RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer)
      request.destroy()
      reject(new HoldfastError('CHANNEL_FAILED', why, { cause }))
    }
    const timer = setTimeout(() => fail(`the receiver did not answer within ${PATIENCE / 1000} s`), PATIENCE)
    request.on('timeout', () => fail('the receiver does not answer'))
    request.on('error', error => fail(`the receiver cannot be reached (${codeOf(error)})`, error))
    request.on('response', response => {
      let size = 0
      const done = () => {
        clearTimeout(timer)
        request.destroy()
        resolve(response.statusCode ?? 0)
      }
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > ANSWER_MAX) done()
      })
      response.on('end', done)
      response.on('error', done)
    })
    request.end(body)
  })
}

/** An error's code, and nothing that the other side wrote. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^[A-Z0-9_]{1,50}$/.test(code) ? code : 'error'
}
