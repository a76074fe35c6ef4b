/** A real SMTP server for tests: TLS with a certificate made on the spot, one user, and what it received. */
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { systemClock } from '../clock.ts'
import { makeCertificate } from './certificate.ts'

type Context = { after(work: () => Promise<void>): void }

export const SMTP_USER = 'holdfast'
export const SMTP_PASSWORD = 'Turnstone-8841-smtp'

type Received = { readonly from: string; readonly to: string[]; readonly raw: string }

/** `refuse` may answer each message with an error. `settings` are those of a channel that reaches the server. */
export async function startSmtp(t: Context, mode: 'tls' | 'starttls', refuse?: () => Error | null) {
  // Certificates are checked against the machine's own time.
  const now = systemClock.now()
  const { certificate, key } = makeCertificate('localhost', '127.0.0.1', now, now + 3_600_000)
  const received: Received[] = []
  const seen = { clear: 0, signedIn: 0 }
  const server = new SMTPServer({
    secure: mode === 'tls',
    key,
    cert: certificate,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, session, done) => {
      if (!session.secure) seen.clear++
      if (auth.username !== SMTP_USER || auth.password !== SMTP_PASSWORD)
        return done(new Error('Invalid login'))
      seen.signedIn++
      done(null, { user: auth.username })
    },
    onMailFrom: (_address, _session, done) => done(refuse?.() ?? null),
    onData: (stream, session, done) => {
      text(stream).then(raw => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(each => each.address),
          raw,
        })
        done()
      }, done)
    },
  })
  server.on('error', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => new Promise<void>(resolve => server.close(() => resolve())))
  const settings = {
    kind: 'email',
    host: 'localhost',
    port: (server.server.address() as AddressInfo).port,
    security: mode,
    user: SMTP_USER,
    from: 'holdfast@kestrel-harbour.example',
    to: ['ops@kestrel-harbour.example', 'second@kestrel-harbour.example'],
    language: 'en',
    authority: certificate,
  } as const
  return { settings, received, seen, server }
}
