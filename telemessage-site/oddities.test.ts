import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { startSite } from './telemessage-site.ts'
import { type Message, visit } from './visitor.ts'

const NOW = Date.parse('2026-03-18T15:20:00Z')

/** Two weeks of sixty people: whatever life does must be among it. */
let emails: { message: Message; text: string }[]
let records: Message[]
let users: Record<string, unknown>[]
let directory: string
let mapping: string
let large: number

before(async () => {
  const site = await startSite({ seed: 11, now: NOW })
  const visitor = await visit(site)
  const messages = await visitor.all('ENTERPRISE_NUMBER')
  emails = messages
    .filter(message => message.eml !== undefined)
    .map(message => ({ message, text: Buffer.from(message.eml ?? '', 'base64').toString('latin1') }))
  large = messages.filter(message => (message.emlSize ?? 0) > 20_000_000).length
  records = await visitor.all('O2')
  const answer = (await (await visitor.get('/rest/archive/users?limit=1000')).json()) as {
    users: Record<string, unknown>[]
  }
  users = answer.users
  directory = site.directoryCsv()
  mapping = site.mappingCsv()
  await site.stop()
})

const header = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\r\n [^\r]*)*)\r$`, 'm').exec(text)?.[1]

describe('what is among the traffic', () => {
  test('every kind of item and every call status, on both networks', () => {
    const kinds = new Set(emails.map(({ text }) => header(text, 'X-TELEMESSAGE-MessageType')))
    for (const kind of [
      'pager-message',
      'multimedia-message',
      'app-message',
      'event',
      'call-log',
      'voice-call',
    ])
      assert.ok(kinds.has(kind), kind)
    const contexts = new Set(records.map(record => record.body?.messageContext))
    for (const context of ['pager-message', 'multimedia-message', 'call-log', 'voice-call'])
      assert.ok(contexts.has(context), context)
    const mailed = new Set(emails.map(({ text }) => header(text, 'X-TELEMESSAGE-CallStatus')))
    const recorded = new Set(
      records.map(record => (record.body?.callInfo as { callStatus: string } | undefined)?.callStatus),
    )
    for (let status = 1; status <= 8; status++)
      assert.ok(mailed.has(String(status)) && recorded.has(String(status)), `status ${status}`)
  })

  test('edits and deletions of every sort speak of an item that is there', () => {
    const ids = new Set(emails.map(({ message }) => message.messageId))
    for (const [prefix, subject] of [
      ['EDIT-', 'EDIT '],
      ['DELETE_FOR_ALL-', 'DELETED For All '],
      ['DELETE_FOR_ME-', 'DELETED For Me '],
      ['DELETE_ALL_MESSAGES-', 'DELETED For Me '],
    ] as const) {
      const found = emails.filter(({ message }) => message.messageId?.startsWith(prefix))
      assert.ok(found.length > 0, prefix)
      for (const { message, text } of found) {
        assert.ok(ids.has(message.messageId?.slice(prefix.length)))
        assert.ok(header(text, 'Subject')?.startsWith(subject))
      }
    }
  })

  test('copies differ in delivery headers only', () => {
    const delivery =
      /^(Return-Path|Received|RCPT_TO|Message-ID|X-TELEMESSAGE-Recipient): .*\r\n(?: .*\r\n)*/gm
    const byId = Map.groupBy(emails, ({ message }) => message.messageId ?? '')
    let copies = 0
    for (const [id, group] of byId) {
      if (id === '' || group.length < 2) continue
      const whole = new Set(group.map(({ text }) => text))
      assert.equal(whole.size, group.length, 'the delivery headers tell copies apart')
      if (
        group.some(({ text }) => header(text, 'X-TELEMESSAGE-Recipient')) &&
        new Set(group.map(({ text }) => text.replace(delivery, ''))).size < group.length
      )
        copies += group.length - 1
    }
    assert.ok(copies > 100, String(copies))
  })

  test('the same id comes with other content', () => {
    const texts = Map.groupBy(records, record => record.messageId ?? '')
    const changed = [...texts].filter(
      ([id, group]) => id !== '' && new Set(group.map(one => one.body?.textContent)).size > 1,
    )
    assert.ok(changed.length > 0)
  })

  test('odd senders, plus signs, several e-mails and none', () => {
    const senders = records.map(record => String(record.body?.from))
    assert.ok(
      senders.some(sender => /^\d{5}$/.test(sender)),
      'short code',
    )
    assert.ok(
      senders.some(sender => /^[A-Z][A-Za-z]+$/.test(sender)),
      'alphanumeric',
    )
    assert.ok(senders.includes(''), 'withheld')
    assert.ok(
      senders.some(sender => sender.startsWith('+')),
      'with plus',
    )
    assert.ok(
      senders.some(sender => /^44\d{9,}$/.test(sender)),
      'without plus',
    )
    const enriched = records.map(record => record.body?.fromEnriched as { value: string; email?: unknown })
    assert.ok(
      enriched.some(party => Array.isArray(party.email)),
      'several e-mails',
    )
    assert.ok(
      enriched.some(party => party.email === undefined),
      'no e-mail',
    )
    assert.ok(enriched.some(party => party.value === 'UNKNOWN'))
    assert.ok(emails.some(({ text }) => text.includes('<unknown@telemessage.invalid>')))
    assert.ok(emails.some(({ text }) => text.includes('<ParcelGo@telemessage.invalid>')))
  })

  test('impossible and late times, items without id, stripped items', () => {
    const times = records.map(record => record.body?.messageTime ?? '')
    const dates = emails.map(({ text }) => header(text, 'Date') ?? '')
    assert.ok([...times, ...dates].some(time => time.includes('57300')))
    assert.ok([...times, ...dates].some(time => /\b1970\b/.test(time)))
    const day = 86_400_000
    const late = records.filter(record => {
      const behind = record.gatewayReceivedDate - Date.parse(record.body?.messageTime ?? '')
      return behind > 2 * day && behind < 9 * day
    })
    assert.ok(late.length > 0)
    assert.ok(
      [...records, ...emails.map(({ message }) => message)].some(message => message.messageId === undefined),
    )
    assert.ok(
      records.some(record => /size \d+MB exceeds the 25MB maximum/.test(record.body?.textContent ?? '')),
    )
  })

  test('O2 traffic arrives once a day soon after two, in whole seconds, many in the same one', () => {
    for (const { gatewayReceivedDate } of records) {
      const date = new Date(gatewayReceivedDate)
      assert.equal(date.getUTCHours(), 2)
      assert.equal(gatewayReceivedDate % 1000, 0)
    }
    assert.ok(new Set(records.map(record => record.gatewayReceivedDate)).size < records.length)
  })

  test('one or two recordings are of forty megabytes', () => {
    assert.ok(large >= 1 && large <= 2)
  })

  test('scripts of twelve languages and emoji are in the texts', async () => {
    const mailed = await Promise.all(
      emails
        .filter((_, index) => index % 4 === 0)
        .map(async ({ text }) => (await PostalMime.parse(text)).text ?? ''),
    )
    const all = records.map(record => record.body?.textContent).join('\n') + mailed.join('\n')
    for (const script of ['Latin', 'Han', 'Hiragana', 'Arabic', 'Devanagari', 'Cyrillic', 'Hangul', 'Thai'])
      assert.ok(new RegExp(`\\p{Script=${script}}`, 'u').test(all), script)
    assert.match(all, /\p{Extended_Pictographic}/u)
    assert.match(all, /[åäö]/)
  })
})

describe('records', () => {
  test('sizes and digests are right', async () => {
    for (const record of records) {
      assert.equal(Buffer.byteLength(record.body?.textContent ?? ''), record.body?.textSize)
      for (const attachment of (record.body?.attachment ?? []) as {
        content?: string
        attachSize: number
        digest: string
      }[]) {
        if (attachment.content === undefined) continue
        const bytes = Buffer.from(attachment.content, 'base64')
        assert.equal(bytes.length, attachment.attachSize)
        const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64')
        assert.equal(digest, attachment.digest)
      }
    }
  })
})

describe('registrations', () => {
  test('pages of users give each once, and the odd ones are there', () => {
    assert.equal(new Set(users.map(user => user.userId)).size, users.length)
    assert.ok(users.some(user => user.appActive === false))
    assert.ok(users.some(user => user.companyOwned === false))
    assert.ok(users.some(user => user.email === ''))
    const mailboxes = new Set(
      directory
        .split('\r\n')
        .slice(1)
        .flatMap(line => [line.split(',')[0], ...(line.split(',')[2] ?? '').split(';')]),
    )
    const stale = users.filter(user => user.email !== '' && !mailboxes.has(String(user.email)))
    assert.ok(stale.length > 0, 'an e-mail that is no mailbox')
    const toAlias = users.filter(user =>
      directory
        .split('\r\n')
        .some(line => (line.split(',')[2] ?? '').split(';').includes(String(user.email))),
    )
    assert.ok(toAlias.length > 0, 'an e-mail that is an alias')
  })

  test('the mapping names mailboxes of the directory, and one number for two people in turn', () => {
    const rows = mapping
      .trim()
      .split('\r\n')
      .slice(1)
      .map(line => line.split(','))
    for (const [, mailbox] of rows) assert.ok(directory.includes(`\r\n${mailbox},`), mailbox)
    const byNumber = Map.groupBy(rows, ([number]) => number)
    const shared = [...byNumber.values()].filter(group => group.length > 1)
    assert.equal(shared.length, 1)
    for (const [index, row] of shared[0]!.entries()) {
      assert.equal(
        row[2],
        index === 0 ? '' : shared[0]![index - 1]![3],
        'spells follow one another without a gap',
      )
      assert.notEqual(row[1], shared[0]![index - 1]?.[1])
    }
  })

  test('every number is of a range reserved for fiction', () => {
    const fiction =
      /^(447700900\d{3}|442079460\d{3}|44\d{3}4960\d{3}|441632960\d{3}|46701740[6-9]\d{2}|4684650040\d|468465004\d\d|463139006\d\d|464062804\d\d|3363998\d{4}|1\d{3}55501\d{2}|\d{5})$/
    const numbers = new Set<string>()
    for (const record of records)
      for (const number of [record.body?.from, ...((record.body?.to ?? []) as string[])])
        numbers.add(String(number).replace('+', ''))
    for (const user of users) numbers.add(String(user.mobile).replace('+', ''))
    for (const number of numbers) if (/\d/.test(number)) assert.match(number, fiction)
  })
})

describe('e-mail', () => {
  test('is read without loss by postal-mime', async () => {
    for (const { text, message } of emails.filter((_, index) => index % 3 === 0)) {
      const parsed = await PostalMime.parse(Buffer.from(text, 'latin1'))
      const body = (parsed.text ?? '').replace(/\r?\n$/, '').replaceAll('\r\n', '\n')
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body))).toString('base64')
      assert.equal(digest, header(text, 'X-TELEMESSAGE-OriginalMesageIntegrity'), message.messageId)
      assert.ok(parsed.from?.address && parsed.to && parsed.to.length > 0)
      assert.match(parsed.from.name ?? '', /(\+?\d{5,}|UNKNOWN|[A-Z][A-Za-z]+)$/)
      const parts = text.split(/^Content-Disposition: attachment/m).length - 1
      assert.equal(parsed.attachments.length, parts)
      for (const attachment of parsed.attachments)
        assert.ok(attachment.filename && (attachment.content as ArrayBuffer).byteLength > 0)
    }
  })

  test('is read without loss by mailparser', async () => {
    for (const { text } of emails.filter((_, index) => index % 17 === 0)) {
      const parsed = await simpleParser(Buffer.from(text, 'latin1'))
      const body = (parsed.text ?? '').replace(/\n$/, '')
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body))).toString('base64')
      assert.equal(digest, header(text, 'X-TELEMESSAGE-OriginalMesageIntegrity'), text)
    }
  })

  test('has no line over 998 characters, no bare CR or LF, nothing outside ASCII', () => {
    for (const { text } of emails) {
      assert.doesNotMatch(text, /[^\x00-\x7f]|[^\r]\n|\r[^\n]/)
      assert.ok(text.split('\r\n').every(line => line.length <= 998))
    }
  })
})
