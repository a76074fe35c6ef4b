/** A message within an item (RFC 2046 section 5.2.1): its subject, parties and text; its attachments are documents. */
import { type Participant, readEmail } from '../message/message.ts'
import type { Gathering } from './gathering.ts'
import type { Described } from './outcome.ts'

/** Adds the words of a mail; `attached` reads each of its attachments. */
export async function readMail(
  bytes: Buffer,
  gathering: Gathering,
  attached: (described: Described, content: Buffer) => Promise<void>,
): Promise<void> {
  const facts = await readEmail(bytes, { network: '', arrivedAt: new Date(0), sourceItemId: null })
  gathering.add(`${facts.subject}\n`)
  for (const party of facts.participants) gathering.add(`${partyText(party)}\n`)
  gathering.add(`${facts.text}\n`)
  if (facts.flags.includes('truncated-text')) gathering.miss('too-long')
  for (const { name, contentType, content } of facts.attachments) {
    gathering.add(`${name}\n`)
    if (content) await attached({ name, contentType, charset: null }, content)
  }
}

function partyText({ name, number, emails }: Participant): string {
  return [name ?? '', number, ...emails].filter(each => each !== '').join(' ')
}
