/** O2 items as the JSON records of the contract (docs/formats/telemessage-site.md), written by joining strings. */
import { recordTime } from './dates.ts'
import { type Item, itemSubject, itemText } from './item.ts'
import { type Recording, recordingBytes, recordingDigest } from './media.ts'
import { mix } from './random.ts'

/** Contents over this many bytes are streamed on their own. */
export const INLINE_MAX = 262_144

/** JSON of a record's `body`. `contentId` names the content of a large recording. */
export function writeRecord(item: Item, contentId: () => string): string {
  const text = itemText(item)
  const { owner, thread, call } = item
  const fromPlus = item.plus & 1 ? 1 : 0
  const toPlus = item.plus & 2 ? 1 : 0
  let to = ''
  let enriched = ''
  for (const party of item.to) {
    to += (to === '' ? '' : ',') + party.numberJson[toPlus]
    enriched += (enriched === '' ? '' : ',') + party.enriched[toPlus]
  }
  const subject =
    call || item.amendment
      ? JSON.stringify(
          itemSubject(
            item,
            party => party.label,
            group => group.name,
            ' ',
          ),
        )
      : '""'
  const group = thread?.group
  const grouping = group
    ? `"groupMessage":true,"dialogGroupName":${JSON.stringify(group.name)},"dialogGroupId":"${group.id}"`
    : '"groupMessage":false'
  return (
    `{"subscriberId":"${owner.userId}","msisdn":"${owner.number}","ban":"${7_000_000 + (owner.index % 3)}",` +
    (item.id === '' ? '' : `"messageId":"${item.id}",`) +
    `"nativeId":"${mix(item.textSeed, owner.index)}","messageContext":"${item.context}","messageTime":"${recordTime(item.sent)}",` +
    `"from":${item.from.numberJson[fromPlus]},"to":[${to}],"direction":"${item.out ? 'Out' : 'In'}",${grouping},` +
    `"subject":${subject},"contentType":"text/plain","textContent":${JSON.stringify(text)},"textSize":${Buffer.byteLength(text)},` +
    `"fromEnriched":${item.from.enriched[fromPlus]},"toEnriched":[${enriched}],"attachment":[${attachments(item, contentId)}]` +
    (call
      ? `,"callInfo":{"callID":"${call.id}","recipientNum":${item.to[0]?.numberJson[toPlus] ?? '""'},"callStatus":"${call.status}","startTime":${call.start},"endTime":${call.end}}}`
      : '}')
  )
}

function attachments(item: Item, contentId: () => string): string {
  let list = ''
  for (const media of item.media)
    list += `${list === '' ? '' : ','}{"name":${JSON.stringify(media.name)},"contentType":"${media.contentType}","attachSize":${media.size},"content":"${media.base64}","digest":"${media.digest}"}`
  const recording = item.call?.recording
  if (recording) {
    const where =
      recording.size > INLINE_MAX
        ? `"contentId":"${contentId()}"`
        : `"content":"${Buffer.concat([...recordingBytes(recording)]).toString('base64')}"`
    list += `${list === '' ? '' : ','}{"name":"${item.call!.id}.wav","contentType":"audio/wav","attachSize":${recording.size},${where},"digest":"${digestOf(recording)}"}`
  }
  return list
}

const digests = new Map<string, string>()

function digestOf(recording: Recording): string {
  const key = `${recording.seed}.${recording.size}`
  let digest = digests.get(key)
  if (digest === undefined) {
    digest = recordingDigest(recording)
    if (digests.size > 5000) digests.clear()
    digests.set(key, digest)
  }
  return digest
}
