/** The manifest of RSMF 2.0.0 (docs/formats/rsmf.md): types, and its text. */

/** Name and value, neither of them empty. */
export type Custom = { readonly name: string; readonly value: string }

export type RsmfParticipant = {
  readonly id: string
  readonly display: string
  readonly email?: string
  readonly account_id?: string
  readonly custom?: readonly Custom[]
}

export type RsmfConversation = {
  readonly id: string
  readonly display: string
  readonly platform: string
  readonly type: 'direct' | 'channel'
  readonly participants: readonly string[]
  readonly custodian?: string
  readonly custom: readonly Custom[]
}

type RsmfReaction = {
  readonly value: string
  readonly count: number
  readonly participants: readonly string[]
}

export type RsmfEdit = {
  readonly participant: string
  readonly timestamp: string
  readonly previous: string
  readonly new: string
}

export type RsmfAttachment = { readonly id: string; readonly display: string; readonly size: number }

export type RsmfEvent = {
  readonly type: 'message' | 'disclaimer' | 'join' | 'leave' | 'unknown'
  readonly id: string
  readonly participant: string
  readonly conversation: string
  readonly timestamp: string
  readonly body: string
  readonly direction?: 'incoming' | 'outgoing'
  readonly deleted?: true
  readonly edits?: readonly RsmfEdit[]
  readonly reactions?: readonly RsmfReaction[]
  readonly attachments?: readonly RsmfAttachment[]
  readonly custom: readonly Custom[]
}

export type RsmfManifest = {
  readonly version: '2.0.0'
  readonly eventcollectionid: string
  readonly participants: readonly RsmfParticipant[]
  readonly conversations: readonly RsmfConversation[]
  readonly events: readonly RsmfEvent[]
}

/** The custom values that there are; '' and null stand for none, which the format does not allow. */
export function customOf(values: Readonly<Record<string, string | number | null>>): Custom[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [{ name, value: String(value).toWellFormed() }],
  )
}

/** UTF-8, members in the order in which they were made: equal manifests give equal bytes. */
export function manifestText(manifest: RsmfManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
}
