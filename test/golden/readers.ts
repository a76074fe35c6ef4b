/** Other people's readers of mail, made to answer in one form, so that a test can ask all of them the same. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { simpleParser } from 'mailparser'
import PostalMime, { decodeWords } from 'postal-mime'

export type ReadBack = {
  readonly subject: string
  readonly from: readonly Mailbox[]
  readonly to: readonly Mailbox[]
  readonly date: string
  readonly messageId: string
  /** Line ends as LF, without the one that closes the body, and without a byte order mark. */
  readonly text: string
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly sha256: string }[]
  /** The exact identifier we wrote, '' if none. */
  readonly sourceItemId: string
  readonly headerNames: readonly string[]
}
type Mailbox = { readonly name: string; readonly address: string }

export const shownText = (text: string) =>
  text
    .toWellFormed()
    .replace(/\r+\n|\r/g, '\n')
    .replace(/\n+$/, '')
    .replace(/^\ufeff/, '')

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')

export async function readByPostalMime(message: Buffer): Promise<ReadBack> {
  const mail = await PostalMime.parse(message)
  const mailboxes = (list: readonly { name: string; address?: string | undefined }[] = []) =>
    list.map(({ name, address }) => ({ name, address: address ?? '' }))
  return {
    subject: mail.subject ?? '',
    from: mailboxes(mail.from ? [mail.from] : []),
    to: mailboxes(mail.to),
    date: mail.date ?? '',
    messageId: mail.messageId ?? '',
    text: shownText(mail.text ?? ''),
    attachments: await Promise.all(
      mail.attachments.map(async ({ filename, mimeType, content }) => {
        assert.ok(typeof content !== 'string')
        return {
          name: filename ?? '',
          type: mimeType,
          sha256: await sha256(Buffer.from(content as ArrayBuffer)),
        }
      }),
    ),
    sourceItemId: decodeWords(
      mail.headers.find(({ key }) => key === 'x-holdfast-source-item-id')?.value ?? '',
    ),
    headerNames: mail.headers.map(({ key }) => key),
  }
}

export async function readByMailparser(message: Buffer): Promise<ReadBack> {
  const mail = await simpleParser(message, { skipTextToHtml: true, skipHtmlToText: true })
  const mailboxes = (field: typeof mail.to) =>
    [field ?? []]
      .flat()
      .flatMap(({ value }) => value.map(({ name, address }) => ({ name, address: address ?? '' })))
  const id = mail.headers.get('x-holdfast-source-item-id')
  return {
    subject: mail.subject ?? '',
    from: mailboxes(mail.from),
    to: mailboxes(mail.to),
    date: mail.date?.toISOString() ?? '',
    messageId: mail.messageId ?? '',
    text: shownText(mail.text ?? ''),
    attachments: await Promise.all(
      mail.attachments.map(async ({ filename, contentType, content }) => ({
        name: filename ?? '',
        type: contentType,
        sha256: await sha256(new Uint8Array(content)),
      })),
    ),
    // mailparser leaves fields that it does not know as they are written.
    sourceItemId: typeof id === 'string' ? decodeWords(id) : '',
    headerNames: mail.headerLines.map(({ key }) => key),
  }
}

// Reads messages as base64 lines; answers one JSON line each. Any defect in any part, or in any header, is named.
const PYTHON = `
import sys, json, base64, hashlib, email, email.policy
policy = email.policy.default
for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(line), policy=policy)
    defects = []
    for part in message.walk():
        defects += [type(d).__name__ for d in part.defects]
        for name, value in part.items():
            defects += [name + ' ' + type(d).__name__ for d in value.defects]
    def boxes(name):
        return [{'name': a.display_name, 'address': a.addr_spec} for f in message.get_all(name, []) for a in f.addresses]
    body = message.get_body(('plain',))
    # get_filename() takes quotes off a second time, so the parameter is read
    text = body.get_content() if body is not None else ''
    files = [{'name': p['content-disposition'].params.get('filename', ''), 'type': p.get_content_type(),
              'sha256': hashlib.sha256(p.get_payload(decode=True)).hexdigest()} for p in message.iter_attachments()] if message.is_multipart() else []
    print(json.dumps({'defects': defects, 'subject': str(message['subject']), 'from': boxes('from'), 'to': boxes('to'),
        'date': message['date'].datetime.isoformat() if message['date'] else '', 'messageId': str(message['message-id']),
        'text': text, 'attachments': files, 'sourceItemId': str(message.get('x-holdfast-source-item-id', '')),
        'headerNames': [n.lower() for n in message.keys()]}))
`

/** Reads all messages in one run of Python's \`email\`, policy.default; asserts that no part has a defect. */
export async function readByPython(python: string, messages: readonly Buffer[]): Promise<ReadBack[]> {
  const child = spawn(python, ['-c', PYTHON], { stdio: ['pipe', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  child.stdin.end(messages.map(message => `${message.toString('base64')}\n`).join(''))
  assert.equal(await ended, 0, 'python failed')
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n')
  assert.equal(lines.length, messages.length)
  return lines.map((line, index) => {
    const { defects, ...read } = JSON.parse(line) as ReadBack & { defects: string[] }
    assert.deepEqual(
      defects,
      [],
      `python finds defects in:\n${messages[index]!.toString('latin1').slice(0, 3000)}`,
    )
    return { ...read, date: new Date(read.date).toISOString(), text: shownText(read.text) }
  })
}
