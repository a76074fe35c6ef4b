/**
 * A small conversation with everything that reading has to show: an edit, a deletion, a reaction, calls with and
 * without a recording, a picture, a business card, sound that no browser plays, a group that changes, hostile HTML.
 */

import { crc32, deflateSync } from 'node:zlib'
import { ANNA, ARRIVAL, BO, startTinySite, type TinyMessage, tinyMail } from '../e2e/tiny-site.ts'

export const CARA = { number: '447700900900', name: 'Cara' }
const DAN = '447700900901'
const FIRST = Date.UTC(2026, 9, 30, 9, 0)
const MINUTE = 60_000

type Fields = {
  readonly id: string
  readonly context?: string
  readonly minute: number
  readonly from: string
  readonly to: readonly string[]
  readonly user: string
  readonly text?: string
  readonly subject?: string
  readonly group?: string
  readonly attachment?: readonly { name: string; contentType: string; content: Buffer }[]
  readonly call?: { status: number; seconds: number }
}

const NAMES: Readonly<Record<string, string>> = {
  [ANNA.number]: 'Anna',
  [BO.number]: 'Bo',
  [CARA.number]: 'Cara',
}

function record(fields: Fields): TinyMessage {
  const { id, from, to, user, call } = fields
  const sent = FIRST + fields.minute * MINUTE
  const party = (number: string) => ({
    value: number,
    ...(NAMES[number] ? { fullName: { firstName: NAMES[number], lastName: 'Lapwing' } } : {}),
  })
  const body = {
    subscriberId: user,
    msisdn: user,
    messageId: id,
    messageContext: fields.context ?? 'pager-message',
    messageTime: new Date(sent).toISOString().replace('.000', ''),
    from,
    to,
    direction: from === user ? 'Out' : 'In',
    groupMessage: fields.group !== undefined,
    ...(fields.group === undefined ? {} : { dialogGroupName: fields.group, dialogGroupId: 'g-crew' }),
    subject: fields.subject ?? '',
    contentType: 'text/plain',
    textContent: fields.text ?? '',
    fromEnriched: party(from),
    toEnriched: to.map(party),
    ...(call
      ? {
          callInfo: {
            callID: `call-${id}`,
            recipientNum: to[0],
            callStatus: String(call.status),
            startTime: sent,
            endTime: sent + call.seconds * 1000,
          },
        }
      : {}),
    attachment: (fields.attachment ?? []).map(({ name, contentType, content }) => ({
      name,
      contentType,
      attachSize: content.length,
      content: content.toString('base64'),
    })),
  }
  return {
    arrival: ARRIVAL,
    json: JSON.stringify({ messageId: id, networkType: 'O2', gatewayReceivedDate: ARRIVAL, body }),
  }
}

/** Two people in conversation, and a group. */
export function readingTraffic(): TinyMessage[] {
  const cara = { from: CARA.number, to: [ANNA.number], user: ANNA.number }
  const anna = { from: ANNA.number, to: [CARA.number], user: ANNA.number }
  const card =
    'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Plover;Dan;;;\r\nFN:Dan Plover\r\nORG:Harbour Office\r\nTEL;TYPE=CELL:+447700900901\r\nEMAIL:dan@plover.example\r\nEND:VCARD\r\n'
  return [
    record({ id: 'm1', minute: 0, ...anna, text: 'Shall we meet at noon? The whimbrel is back.' }),
    record({ id: 'm2', minute: 2, ...cara, text: 'Yes, at the west quay' }),
    record({
      id: 'EDIT-m2',
      minute: 3,
      ...cara,
      subject: 'EDIT',
      text: 'Original Message ID: m2\nEdit ID - EDIT-m2\nPrevious Text:\nYes, at the west quay\nEdited Text:\nYes, at the east quay',
    }),
    record({ id: 'm3', minute: 4, ...cara, text: 'Liked “Shall we meet at noon? The whimbrel is back.”' }),
    record({
      id: 'm4',
      minute: 6,
      ...anna,
      context: 'multimedia-message',
      text: 'This is the carton',
      attachment: [{ name: 'carton.png', contentType: 'image/png', content: picture(320, 200) }],
    }),
    record({
      id: 'm5',
      minute: 8,
      ...cara,
      context: 'multimedia-message',
      attachment: [
        { name: 'dan.vcf', contentType: 'text/vcard', content: Buffer.from(card) },
        { name: 'list.xyz', contentType: 'application/x-unheard-of', content: Buffer.alloc(4321, 7) },
      ],
    }),
    record({
      id: 'm6',
      minute: 60,
      ...anna,
      context: 'voice-call',
      call: { status: 1, seconds: 2 },
      attachment: [{ name: 'call.wav', contentType: 'audio/wav', content: sound(2) }],
    }),
    record({ id: 'm7', minute: 90, ...cara, context: 'call-log', call: { status: 2, seconds: 0 } }),
    record({ id: 'm8', minute: 1500, ...anna, text: 'Keep this quiet: the price is 48' }),
    record({
      id: 'DELETE_FOR_ALL-m8',
      minute: 1501,
      ...anna,
      subject: 'DELETED For All',
      text: 'Original Message ID: m8\nKeep this quiet: the price is 48',
    }),
    record({
      id: 'm9',
      minute: 1510,
      ...cara,
      context: 'multimedia-message',
      text: 'Listen to the reefer',
      attachment: [
        { name: 'note.amr', contentType: 'audio/amr', content: Buffer.from('#!AMR\n\x3c\x00\x00') },
      ],
    }),
    record({
      id: 'g1',
      minute: 1600,
      from: ANNA.number,
      to: [BO.number, CARA.number],
      user: ANNA.number,
      context: 'app-message',
      group: 'Harbour crew',
      text: 'Crew, the tide turns at six',
    }),
    record({
      id: 'g2',
      minute: 1605,
      from: BO.number,
      to: [ANNA.number, CARA.number, DAN],
      user: BO.number,
      context: 'app-message',
      group: 'Harbour crew 2026',
      text: 'Dan joins us from today',
    }),
    record({
      id: 'b1',
      minute: 1700,
      from: BO.number,
      to: [CARA.number],
      user: BO.number,
      text: 'The plover is a secret between us',
    }),
  ]
}

/** What a mail may try, each in a way of its own; `{host}` is a place that must never be asked. */
export const HOSTILE_HTML = `<html><head><meta http-equiv="refresh" content="0;url={host}/refresh">
<link rel="stylesheet" href="{host}/style.css"><link rel="dns-prefetch" href="{host}"><base href="{host}">
<style>@import url({host}/import.css); body { background: url({host}/bg.png) }</style></head>
<body onload="document.title='owned'" background="{host}/body.png"><h1 style="color: #0b5cad">Invoice <b>4711</b></h1>
<script>window.top.owned = true; fetch('{host}/script')</script>
<img src="{host}/pixel.png" alt="tracker"><img src="cid:logo@mail" alt="Logo" width="32" height="20">
<svg onload="fetch('{host}/svg')"><image href="{host}/svg.png"/></svg>
<form action="{host}/form"><input name="password"><button>Pay</button></form>
<a href="{host}/link" ping="{host}/ping">Pay here</a><iframe src="{host}/frame"></iframe>
<p style="background-image: url('{host}/css.png'); font-weight: bold">The tern was here</p></body></html>`

/** An e-mail with that HTML, to Anna. */
export function htmlMail(host: string): TinyMessage {
  const html = Buffer.from(HOSTILE_HTML.replaceAll('{host}', host)).toString('base64')
  const logo = picture(32, 20).toString('base64')
  const lines = (text: string) => text.replace(/.{76}/g, '$&\r\n')
  return tinyMail(
    'h1',
    `From: "Cara Lapwing 447700900900" <447700900900@telemessage.invalid>\r\nTo: "Anna Lapwing ${ANNA.number}" <${ANNA.mailbox}>\r\nSubject: Invoice\r\nDate: Fri, 30 Oct 2026 12:00:00 +0000\r\nX-TELEMESSAGE-ArchiveMessageID: h1\r\nX-TELEMESSAGE-MessageType: app-message\r\nX-TELEMESSAGE-ArchiveInitiator: ${ANNA.number}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="r"\r\n\r\n--r\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe tern was here\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(html)}\r\n--a--\r\n--r\r\nContent-Type: image/png; name="logo.png"\r\nContent-ID: <logo@mail>\r\nContent-Disposition: inline; filename="logo.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(logo)}\r\n--r--\r\n`,
  )
}

export const startReadingSite = () => startTinySite(readingTraffic())
export const startMailSite = (host: string) => startTinySite([htmlMail(host)])

/** A picture with a gradient (PNG, RFC 2083). */
function picture(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3
      rows[at] = (x * 255) / width
      rows[at + 1] = (y * 255) / height
      rows[at + 2] = 120
    }
  const chunk = (type: string, content: Buffer) => {
    const bytes = Buffer.alloc(content.length + 12)
    bytes.writeUInt32BE(content.length, 0)
    bytes.write(type, 4, 'latin1')
    content.copy(bytes, 8)
    bytes.writeUInt32BE(crc32(bytes.subarray(4, content.length + 8)), content.length + 8)
    return bytes
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A tone that comes and goes (WAV, 8 kHz, 8 bit). */
function sound(seconds: number): Buffer {
  const samples = Buffer.alloc(seconds * 8000)
  for (let at = 0; at < samples.length; at++)
    samples[at] = 128 + 100 * Math.sin(at / 6) * Math.abs(Math.sin(at / 2500))
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}
