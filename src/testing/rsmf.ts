/**
 * Opens an RSMF file with other people's readers (mailparser for the message, yauzl for the zip) and checks what
 * Relativity's schema leaves out: that ids lead somewhere, files are there and referred to, nothing is unknown or
 * empty, times are real and in order, and the header counts what there is.
 */
import assert from 'node:assert/strict'
import { simpleParser } from 'mailparser'
import { unzip } from './unzip.ts'

type Fields = Readonly<Record<string, unknown>>
type Event = {
  readonly type: string
  readonly id: string
  readonly participant: string
  readonly conversation: string
  readonly timestamp: string
  readonly body: string
  readonly direction?: string
  readonly deleted?: boolean
  readonly attachments?: readonly { readonly id: string; readonly display: string; readonly size: number }[]
  readonly edits?: readonly { participant: string; timestamp: string; previous: string; new: string }[]
  readonly reactions?: readonly { value: string; count: number; participants: readonly string[] }[]
  readonly custom: readonly { readonly name: string; readonly value: string }[]
}

export type OpenedRsmf = {
  /** Names in lower case, values decoded. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly manifest: {
    readonly version: string
    readonly eventcollectionid: string
    readonly participants: readonly (Fields & {
      id: string
      display: string
      email?: string
      account_id?: string
    })[]
    readonly conversations: readonly (Fields & {
      id: string
      display: string
      type: string
      platform: string
      participants: readonly string[]
      custodian?: string
      custom: Event['custom']
    })[]
    readonly events: readonly Event[]
  }
  readonly files: ReadonlyMap<string, Buffer>
}

/** Opens the file; fails unless it is 7-bit with one attachment in base64, as the format wants it. */
export async function openRsmf(bytes: Buffer): Promise<OpenedRsmf> {
  assert.ok(
    bytes.every(byte => byte < 128 && byte !== 0),
    '7-bit',
  )
  const mail = await simpleParser(bytes, { skipImageLinks: true, skipHtmlToText: true })
  assert.equal(mail.attachments.length, 1)
  const [zip] = mail.attachments
  assert.deepEqual([zip!.filename, zip!.contentDisposition], ['rsmf.zip', 'attachment'])
  assert.match(
    bytes.toString('latin1'),
    /Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="rsmf\.zip"/,
  )
  const files = await unzip(zip!.content)
  const manifest = files.get('rsmf_manifest.json')
  assert.ok(manifest, 'the manifest is in the zip')
  const headers = new Map(
    mail.headerLines.map(({ key }) => {
      const value = mail.headers.get(key)
      return [
        key,
        typeof value === 'object' && 'text' in value! ? String(value.text) : String(value),
      ] as const
    }),
  )
  return {
    headers,
    text: mail.text ?? '',
    manifest: JSON.parse(manifest.toString()) as OpenedRsmf['manifest'],
    files: new Map([...files].filter(([name]) => name !== 'rsmf_manifest.json')),
  }
}

/** What RSMF 2.0.0 knows of each thing; the published schema allows anything else as well. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  root: ['version', 'eventcollectionid', 'participants', 'conversations', 'events'],
  participant: ['id', 'display', 'email', 'avatar', 'account_id', 'custom'],
  conversation: ['id', 'display', 'platform', 'type', 'participants', 'custodian', 'custom', 'icon'],
  event: [
    'type',
    'id',
    'parent',
    'body',
    'participant',
    'conversation',
    'timestamp',
    'deleted',
    'importance',
    'direction',
    'reactions',
    'attachments',
    'edits',
    'read_receipts',
    'custom',
  ],
  reaction: ['value', 'count', 'participants'],
  attachment: ['id', 'display', 'size'],
  edit: ['participant', 'timestamp', 'previous', 'new'],
  custom: ['name', 'value'],
}

/** What is wrong with an RSMF file, in words; [] if nothing is. */
export function findRsmfFaults({ headers, manifest, files }: OpenedRsmf): string[] {
  const faults: string[] = []
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  const known = (thing: object, kind: keyof typeof MEMBERS) => {
    for (const name of Object.keys(thing)) check(MEMBERS[kind]!.includes(name), `${kind} has no ${name}`)
    for (const entry of (thing as { custom?: Event['custom'] }).custom ?? []) {
      known(entry, 'custom')
      check(entry.name !== '' && entry.value !== '', `an empty custom value of a ${kind}`)
    }
  }
  const isTime = (text: string) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && new Date(text).toISOString() === text
  known(manifest, 'root')
  const people = new Set(manifest.participants.map(each => each.id))
  check(people.size === manifest.participants.length, 'a participant id is there twice')
  const isParty = (id: string, where: string) => check(people.has(id), `${where} names no participant`)
  for (const participant of manifest.participants) known(participant, 'participant')
  for (const conversation of manifest.conversations) {
    known(conversation, 'conversation')
    for (const id of conversation.participants) isParty(id, 'a conversation')
    if (conversation.custodian !== undefined)
      check(conversation.participants.includes(conversation.custodian), 'the custodian takes no part')
  }
  const conversations = new Set(manifest.conversations.map(each => each.id))
  const ids = new Set<string>()
  const referred = new Set<string>()
  let last = ''
  let attachments = 0
  for (const event of manifest.events) {
    known(event, 'event')
    check(!ids.has(event.id), 'an event id is there twice')
    ids.add(event.id)
    isParty(event.participant, 'an event')
    check(conversations.has(event.conversation), 'an event names no conversation')
    check(isTime(event.timestamp), `no real time: ${event.timestamp}`)
    check(last <= event.timestamp, 'events are not in the order of time')
    last = event.timestamp
    for (const attachment of event.attachments ?? []) {
      known(attachment, 'attachment')
      attachments++
      check(!referred.has(attachment.id), `two attachments are ${attachment.id}`)
      referred.add(attachment.id)
      const file = files.get(attachment.id)
      check(file !== undefined, `${attachment.id} is not in the zip`)
      check(file?.length === attachment.size, `${attachment.id} is not of its size`)
    }
    for (const edit of event.edits ?? []) {
      known(edit, 'edit')
      isParty(edit.participant, 'an edit')
      check(isTime(edit.timestamp), `no real time: ${edit.timestamp}`)
    }
    for (const reaction of event.reactions ?? []) {
      known(reaction, 'reaction')
      check(reaction.value.length > 0 && reaction.value.length <= 30, 'a reaction is empty or too long')
      check(reaction.count === reaction.participants.length, 'a reaction counts others than it names')
      for (const id of reaction.participants) isParty(id, 'a reaction')
    }
  }
  for (const name of files.keys()) {
    check(referred.has(name), `nothing refers to ${name}`)
    check(!/[\\/]/.test(name), `${name} is not at the root`)
  }
  const header = (name: string) => headers.get(name)
  check(header('x-rsmf-version') === manifest.version, 'the version of the header')
  check(header('x-rsmf-eventcount') === String(manifest.events.length), 'the count of events')
  check(header('x-rsmf-attachmentcount') === String(attachments), 'the count of attachments')
  check(header('x-rsmf-begindate') === manifest.events[0]?.timestamp, 'the beginning')
  check(header('x-rsmf-enddate') === manifest.events.at(-1)?.timestamp, 'the end')
  check(header('x-rsmf-eventcollectionid') === manifest.eventcollectionid, 'the collection')
  for (const name of ['from', 'to', 'subject', 'date', 'message-id']) check(!!header(name), `no ${name}`)
  return faults
}
