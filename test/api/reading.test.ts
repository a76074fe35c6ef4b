/** Reading over the API: lists, conversations, attachments and their headers, and what a limited reader is told. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import {
  archivePublicKey,
  type ItemProof,
  parseProof,
  readEntries,
  verifyItemProof,
} from '../../src/audit/audit.ts'
import { type TestApi, type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, WINDOW } from '../e2e/tiny-site.ts'
import { CARA, startMailSite, startReadingSite } from '../portal/reading-site.ts'

const FOLDER = 'O2 SMS and Voice Network Archiver'

suite('reading over the API', () => {
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  let archive: TestArchive
  let api: TestApi
  let reader: TestCaller
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    const site = await startReadingSite()
    t.after(() => site.stop())
    const mails = await startMailSite('https://evil.example')
    t.after(() => mails.stop())
    archive = await testArchive(t, {})
    await archive.addPeople(PEOPLE_CSV)
    const o2 = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
    await archive.addMapping(o2, MAPPING_CSV)
    const mail = await archive.addConnector(mails, 'enterprise-number', { accountId: 'TINY-1' })
    await archive.work()
    assertComplete(await archive.run(o2, WINDOW))
    assertComplete(await archive.run(mail, WINDOW))
    await archive.seal()
    api = await testApi(t, archive)
    reader = await api.personWith(['Preview', 'Compliance Search', 'Export'])
  })

  const get = async (path: string) => {
    const answer = await reader.call('GET', `/api${path}`)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    return answer.json()
  }
  const folder = (query: Record<string, string> = {}) =>
    get(`/mailboxes/${ANNA.mailbox}/messages?${new URLSearchParams({ folder: FOLDER, ...query })}`)
  const messages = async () => (await folder({ limit: '200' })).rows
  const find = async (text: string) =>
    (await messages()).find(
      (row: { text: string; kind: string }) => row.text.includes(text) || row.kind === text,
    )

  test('a folder is paged both ways, and narrowed', async () => {
    const all = (await messages()).map((row: { itemId: string }) => row.itemId)
    assert.equal(all.length, 13)
    const first = await folder({ limit: '5' })
    assert.equal(first.newer, null)
    const second = await folder({ limit: '5', after: first.older })
    const third = await folder({ limit: '5', after: second.older })
    assert.equal(third.older, null)
    const ids = (page: { rows: { itemId: string }[] }) => page.rows.map(row => row.itemId)
    assert.deepEqual([...ids(first), ...ids(second), ...ids(third)], all)
    assert.deepEqual(ids(await folder({ limit: '5', before: third.newer })), ids(second))
    const count = async (query: Record<string, string>) => (await folder(query)).rows.length
    assert.equal(await count({ kinds: 'voice-call,call-log' }), 2)
    assert.equal(await count({ direction: 'in' }), 6)
    assert.equal(await count({ attachments: 'true' }), 4)
    assert.equal(await count({ from: '2026-10-31T00:00:00.000Z' }), 5)
    assert.equal(await count({ to: '2026-10-30T09:03:00.000Z' }), 2)
    const search = async (body: object) => {
      const answer = await reader.call('POST', `/api/mailboxes/${ANNA.mailbox}/messages/search`, { body })
      assert.equal(answer.status, 200, answer.text)
      return answer.json()
    }
    assert.equal((await search({ words: 'quay' })).rows.length, 2)
    assert.equal((await search({ words: 'quay', kinds: ['mms'] })).rows.length, 0)
    assert.equal((await search({ participant: BO.number, folder: FOLDER })).rows.length, 2)
    assert.equal((await search({ participant: '+44 7700 900102' })).rows.length, 2)
    const cara = await search({ participant: CARA.number, limit: 4, attachments: true })
    assert.equal(cara.rows.length, 4)
    const newest = await search({ words: 'lapwing', limit: 3 })
    const next = await search({ words: 'lapwing', limit: 3, after: newest.older })
    assert.deepEqual(ids(await search({ words: 'lapwing', limit: 3, before: next.newer })), ids(newest))
    const bad = await reader.call('POST', `/api/mailboxes/${ANNA.mailbox}/messages/search`, {
      body: { words: '(' },
    })
    assert.deepEqual([bad.status, bad.json().code], [400, 'QUERY_INVALID'])
  })

  test('a conversation shows edits, deletions, reactions, calls, cards, and who the mailbox belongs to', async () => {
    const { rows: conversations } = await get(
      `/mailboxes/${ANNA.mailbox}/conversations?folder=${encodeURIComponent(FOLDER)}`,
    )
    assert.deepEqual(
      conversations.map((each: { count: number }) => each.count),
      [2, 11],
    )
    assert.equal(conversations[0].last.groupName, 'Harbour crew 2026')
    const path = `/mailboxes/${ANNA.mailbox}/conversations/${conversations[1].conversation}`
    const { rows, older, newer } = await get(path)
    assert.deepEqual([rows.length, older, newer], [11, null, null])
    const [asked, answered, edited, liked, carton, card, call, missed, , deleted, amr] = rows
    assert.deepEqual([asked.isOwn, answered.isOwn], [true, false])
    assert.equal(asked.parties[0].name, 'Anna Lapwing')
    assert.deepEqual(edited.amendment, {
      act: 'edit',
      previousText: 'Yes, at the west quay',
      itemId: answered.itemId,
    })
    assert.equal(edited.text, 'Yes, at the east quay')
    assert.deepEqual(liked.reaction, { mark: '👍', isRemoved: false, quoted: asked.text })
    assert.deepEqual([carton.files[0].shownAs, carton.files[0].name], ['picture', 'carton.png'])
    assert.equal(card.files[0].cards[0].name, 'Dan Plover')
    assert.deepEqual([card.files[1].shownAs, card.files[1].size], ['file', 4321])
    assert.deepEqual([call.call.status, call.call.seconds, call.files[0].shownAs], ['ok', 2, 'sound'])
    assert.equal(missed.call.status, 'missed')
    assert.equal(deleted.amendment.act, 'delete-for-all')
    assert.match(deleted.amendment.previousText, /price is 48/)
    assert.equal(amr.files[0].contentType, 'audio/amr')
    const half = await get(`${path}?limit=4`)
    assert.deepEqual([half.rows[0].itemId, half.newer], [missed.itemId, null])
    const before = await get(`${path}?limit=4&before=${half.older}`)
    assert.deepEqual([before.rows[3].itemId, before.rows[0].itemId], [call.itemId, liked.itemId])
    const after = await get(`${path}?limit=4&after=${before.newer}`)
    assert.equal(after.rows[0].itemId, missed.itemId)
    const around = await get(`${path}?limit=5&around=${carton.itemId}`)
    assert.deepEqual(around.rows[2].itemId, carton.itemId)
    const at = await get(`${path}?at=2026-10-31T00:00:00.000Z`)
    assert.equal(at.rows.length, 3)
    const group = await get(`/mailboxes/${ANNA.mailbox}/conversations/${conversations[0].conversation}`)
    assert.equal(group.rows[1].renamedFrom, 'Harbour crew')
    assert.deepEqual(
      group.rows[1].joined.map((party: { number: string }) => party.number),
      ['447700900901'],
    )
  })

  test('an attachment is given whole or in part; only harmless types are shown in place', async () => {
    const call = await find('voice-call')
    const path = `/api/items/${call.itemId}/parts/1`
    const bytesOf = async (query = '', headers = {}) => {
      const answer = await fetch(api.url + path + query, {
        headers: { authorization: `Bearer ${reader.token}`, ...headers },
      })
      return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
    }
    const whole = await bytesOf()
    assert.equal(whole.answer.headers.get('content-disposition')?.startsWith('attachment'), true)
    assert.equal(whole.answer.headers.get('content-type'), 'application/octet-stream')
    assert.equal(whole.answer.headers.get('x-content-type-options'), 'nosniff')
    assert.match(whole.answer.headers.get('content-security-policy') ?? '', /sandbox/)
    const shown = await bytesOf('?show=true')
    assert.equal(shown.answer.headers.get('content-type'), 'audio/wav')
    assert.deepEqual(shown.bytes, whole.bytes)
    for (const [range, from, to] of [
      ['bytes=0-9', 0, 10],
      ['bytes=100-', 100, whole.bytes.length],
      ['bytes=-20', whole.bytes.length - 20, whole.bytes.length],
    ] as const) {
      const part = await bytesOf('?show=true', { range })
      assert.equal(part.answer.status, 206, range)
      assert.deepEqual(part.bytes, whole.bytes.subarray(from, to), range)
      assert.equal(part.answer.headers.get('content-range'), `bytes ${from}-${to - 1}/${whole.bytes.length}`)
    }
    const file = (await messages()).find((row: { attachments: number }) => row.attachments === 2)
    const unknown = await reader.call('GET', `/api/items/${file.itemId}/parts/2?show=true`)
    assert.equal(unknown.headers.get('content-type'), 'application/octet-stream')
    assert.match(unknown.headers.get('content-disposition') ?? '', /^attachment; filename="list.xyz"/)
    assert.equal(
      (await reader.call('GET', `/api/items/${file.itemId}/parts/3`)).json().code,
      'ATTACHMENT_UNKNOWN',
    )
  })

  test('seeking in a recording is one reading, and each new listening another', async () => {
    const { itemId } = await find('voice-call')
    const listener = await api.personWith(['Preview'])
    const entries = async () =>
      (await readEntries(archive.ground.database, { subject: `item:${itemId}`, limit: 100 })).entries.filter(
        entry => entry.actor.includes(listener.username),
      ).length
    const ask = (range?: string) =>
      listener.call('GET', `/api/items/${itemId}/parts/1?show=true`, range ? { headers: { range } } : {})
    await ask('bytes=500-')
    assert.equal(await entries(), 1)
    await ask('bytes=900-1000')
    assert.equal(await entries(), 1)
    await ask('bytes=0-')
    assert.equal(await entries(), 2)
  })

  test('HTML comes as an inert page of its own, with its own pictures', async () => {
    const [mail] = (await get(`/mailboxes/${ANNA.mailbox}/messages?folder=Enterprise%20Number%20Archiver`))
      .rows
    const view = await get(`/items/${mail.itemId}?mailbox=${ANNA.mailbox}`)
    assert.equal(view.hasHtml, true)
    const page = await reader.call('GET', `/api/items/${mail.itemId}/html`)
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /^default-src 'none'; img-src data:;.*sandbox$/,
    )
    assert.match(page.text, /The tern was here/)
    assert.match(page.text, /<img src="data:image\/png;base64,iVBOR/)
    assert.doesNotMatch(page.text.replaceAll(/title="[^"]*"/g, ''), /evil\.example|<script|<form|onload/)
    assert.ok(
      view.headers.some((header: { name: string }) => header.name === 'x-telemessage-archivemessageid'),
    )
    const text = await find('whimbrel')
    assert.equal((await reader.call('GET', `/api/items/${text.itemId}/html`)).status, 404)
  })

  test('custody names where an item came from, and its proof holds', async () => {
    const { itemId } = await find('carton')
    const custody = await get(`/items/${itemId}/custody`)
    assert.deepEqual(
      [custody.sourceItemId, custody.connector.name, custody.connector.accountId, custody.filings.length],
      ['m4', 'o2', 'TINY-1', 1],
    )
    const digest = async (part: string) => {
      const { text } = await reader.call('GET', `/api/items/${itemId}/${part}`)
      return createHash('sha256').update(text).digest('hex')
    }
    assert.deepEqual(
      [custody.originalDigest, custody.messageDigest],
      [await digest('original'), await digest('message')],
    )
    assert.ok(custody.checkpoint.size > custody.entry.sequence)
    const proof = await get(`/items/${itemId}/proof`)
    const verdict = verifyItemProof(
      parseProof(JSON.stringify(proof.proof)) as ItemProof,
      {
        itemId,
        blind: Buffer.from(proof.blind, 'base64'),
        originalDigest: Buffer.from(custody.originalDigest, 'hex'),
        messageDigest: Buffer.from(custody.messageDigest, 'hex'),
      },
      archivePublicKey(archive.ground.keyring, archive.ground.archive.archiveId),
    )
    assert.equal(verdict.ok, true)
  })

  test('who may not read is told which role it needs, and the log knows', async () => {
    const clerk = await api.personWith(['Organization Configuration'])
    const { itemId } = await find('whimbrel')
    for (const path of [`/items/${itemId}`, '/mailboxes', `/items/${itemId}/proof`]) {
      const answer = await clerk.call('GET', `/api${path}`)
      assert.deepEqual([answer.status, answer.json().code], [403, 'ROLE_MISSING'])
    }
    const { entries } = await readEntries(archive.ground.database, { act: 'reading.refused', limit: 10 })
    assert.equal(entries.filter(entry => entry.actor.includes(clerk.username)).length, 3)
  })

  test('the directory is imported by those who may, after a dry run; all of it or nothing', async () => {
    const keeper = await api.personWith(['Mail Recipients'])
    const send = (method: string, path: string, body: string, caller = keeper) =>
      caller.call(method, `/api${path}`, { body, headers: { 'content-type': 'text/csv' } })
    const csv = `${PEOPLE_CSV}eva@example.com,Eva Lapwing\r\n`
    const check = await send('POST', '/directory/check', csv)
    assert.deepEqual([check.json().added, check.json().problemCount], [1, 0])
    const bad = await send('PUT', '/directory', 'Address,Display Name\r\nnot an address,X\r\n')
    assert.deepEqual([bad.status, bad.json().code], [400, 'DIRECTORY_INVALID'])
    assert.equal((await send('PUT', '/directory', csv, reader)).status, 403)
    const before = await keeper.call('GET', '/api/directory?containing=eva')
    assert.equal(before.json().total, 0)
    assert.equal((await send('PUT', '/directory', csv)).json().added, 1)
    assert.equal(
      (await keeper.call('GET', '/api/directory?containing=eva')).json().rows[0].displayName,
      'Eva Lapwing',
    )
    const template = await keeper.call('GET', '/api/directory/template')
    assert.match(template.text, /^Address,Display Name,Aliases,Active From,Active To,/)
  })

  test('a search counts for one role and lists for another', async () => {
    const counted = await reader.call('POST', '/api/search/count', { body: { query: 'quay' } })
    assert.deepEqual(counted.json(), { matches: 2 })
    const found = await reader.call('POST', '/api/search', { body: { query: 'quay', limit: 1 } })
    assert.equal(found.json().rows[0].text, 'Yes, at the east quay')
    assert.ok(found.json().next)
  })
})
