/** Mail of the shape that the site contract states (docs/formats/telemessage-site.md), made to order for tests. */

export type MadeMail = {
  headers?: Record<string, string>
  text?: string
  encoding?: 'base64' | 'quoted-printable' | '8bit'
  files?: { head: string; content: Buffer }[]
  boundary?: string
}

/** One encoded word (RFC 2047). */
export const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

function quotedPrintable(text: string): string {
  return [...Buffer.from(text)]
    .map(byte =>
      byte === 10
        ? '\r\n'
        : byte > 32 && byte < 127 && byte !== 61
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
    .replace(/((?:=..|[^=\r\n]){60})(?=.)/g, '$1=\r\n')
}

/** A mail of the shape the site contract states. */
export function mail({
  headers = {},
  text = 'Hello',
  encoding = 'base64',
  files = [],
  boundary = '=_t1',
}: MadeMail): Buffer {
  const fields: Record<string, string> = {
    Date: 'Wed, 01 Jul 2026 10:00:00 +0000',
    From: '"Anna Berg 447700900123" <anna.berg@kestrel-harbour.example>',
    To: '"Bo Ek 46701740605" <bo.ek@kestrel-harbour.example>',
    Subject: 'SMS from Anna Berg',
    'X-TELEMESSAGE-ArchiveMessageID': 'M-1',
    'X-TELEMESSAGE-MessageType': 'pager-message',
    'X-TELEMESSAGE-ArchiveInitiator': '+447700900123',
    'X-TELEMESSAGE-SID': 'U7',
    'X-TELEMESSAGE-THREAD_ID': 'T1',
    'X-TELEMESSAGE-GroupID': '',
    'X-TELEMESSAGE-GROUP_NAME': '',
    'MIME-Version': '1.0',
    ...headers,
  }
  const body =
    encoding === 'base64'
      ? Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n')
      : encoding === '8bit'
        ? text
        : quotedPrintable(text)
  const parts = [
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`,
    ...files.map(
      ({ head, content }) =>
        `${head}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}`,
    ),
  ]
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(
    `${head.join('')}Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${parts.map(part => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
  )
}
