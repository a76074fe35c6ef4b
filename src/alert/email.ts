/** Sends a message by SMTP (RFC 5321), over TLS unless the server is on this machine; plain text, no content. */
import { createTransport } from 'nodemailer'
import { HoldfastError } from '../errors.ts'
import type { EmailSettings } from './channel-settings.ts'
import { codeOf } from './webhook.ts'

const PATIENCE = 15_000

export type Mail = { readonly id: string; readonly subject: string; readonly text: string; readonly at: Date }

/**
 * Resolves when the server took the message, with how many recipients it refused: to send again would give the others
 * a second copy. CHANNEL_FAILED if it took it for none.
 */
export async function sendMail(
  settings: EmailSettings,
  password: string | null,
  mail: Mail,
): Promise<{ readonly refused: number }> {
  const transport = createTransport({
    host: settings.host.replace(/^\[|\]$/g, ''),
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    ...(settings.user !== '' ? { auth: { user: settings.user, pass: password ?? '' } } : {}),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(settings.authority ? { ca: settings.authority } : {}),
    },
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    dnsTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  try {
    const sent = await transport.sendMail({
      from: { name: 'Holdfast', address: settings.from },
      to: [...settings.to],
      subject: mail.subject,
      text: mail.text,
      date: mail.at,
      messageId: `<${mail.id}@${settings.from.slice(settings.from.lastIndexOf('@') + 1)}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    })
    return { refused: sent.rejected.length }
  } catch (error) {
    const { responseCode } = error as { responseCode?: number }
    throw new HoldfastError(
      'CHANNEL_FAILED',
      `the server did not take the message (${codeOf(error)}${responseCode ? `, ${responseCode}` : ''})`,
      { cause: error },
    )
  } finally {
    transport.close()
  }
}
