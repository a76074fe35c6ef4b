/** Tables alone: what each message says, as CSV and as JSON, and no files of messages. */
import type { Participant } from '../message/message.ts'
import { CSV_BEGIN, csvRecord } from './csv-line.ts'
import type { ExportedItem, FormatWriter } from './package-file.ts'

const COLUMNS = [
  'ordinal',
  'itemId',
  'grade',
  'mailbox',
  'folder',
  'kind',
  'direction',
  'sent',
  'arrived',
  'from',
  'to',
  'cc',
  'bcc',
  'conversation',
  'group',
  'subject',
  'text',
  'attachments',
  'callStatus',
  'callSeconds',
] as const

/** Writes `table/messages.csv` and `table/messages.jsonl`, which all units have in common. */
export const writeTable: FormatWriter = async function* (items, { unit }) {
  const rows: string[] = unit === 1 ? [CSV_BEGIN + csvRecord(COLUMNS)] : []
  const lines: string[] = []
  for (const item of items) {
    const shown = shownOf(item)
    const { from, to, cc, bcc, attachments, ...plain } = shown
    lines.push(`${JSON.stringify(shown)}\n`)
    const cells = {
      ...plain,
      from: from.map(partyText).join('; '),
      to: to.map(partyText).join('; '),
      cc: cc.map(partyText).join('; '),
      bcc: bcc.map(partyText).join('; '),
      attachments: attachments.map(each => each.name).join('; '),
    }
    rows.push(csvRecord(COLUMNS.map(column => cells[column])))
  }
  // In no copy's line: what a table shows of a message is not the message.
  yield { path: 'table/messages.csv', content: Buffer.from(rows.join('')), ordinals: [], joined: true }
  yield { path: 'table/messages.jsonl', content: Buffer.from(lines.join('')), ordinals: [], joined: true }
}

type Party = Pick<Participant, 'form' | 'number' | 'name'> & { readonly emails: readonly string[] }

function shownOf(item: ExportedItem) {
  const { facts } = item
  const parties = (role: Participant['role']): Party[] =>
    facts.participants
      .filter(party => party.role === role)
      .map(({ form, number, emails, name }) => ({ form, number, emails, name }))
  return {
    ordinal: item.ordinal,
    itemId: item.itemId,
    grade: item.grade,
    mailbox: item.custodian.mailbox,
    folder: item.custodian.folder,
    kind: item.kind,
    direction: item.direction,
    sent: item.sentAt,
    arrived: item.arrivedAt,
    from: parties('from'),
    to: parties('to'),
    cc: parties('cc'),
    bcc: parties('bcc'),
    conversation: item.conversation,
    group: facts.groupName,
    subject: facts.subject,
    text: facts.text,
    attachments: facts.attachments.map(({ name, contentType }) => ({ name, contentType })),
    callStatus: facts.call?.status ?? null,
    callSeconds: facts.call?.seconds ?? null,
  }
}

/** The party as the message names it: name and number, or address. */
function partyText({ form, number, emails, name }: Party): string {
  const means = number || emails.join(' ') || form
  return name === null ? means : `${name} <${means}>`
}
