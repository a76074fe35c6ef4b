import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkQuery, mailboxesNamed, type Phrase, parseQuery, type Query } from './query.ts'

const phraseText = ({ words, prefix }: Phrase) => words.join('_') + (prefix ? '*' : '')

/** A tree in one line: words, "phrases", [and …], [or …], [not …], property:value. */
function show(query: Query): string {
  switch (query.type) {
    case 'all':
      return '*'
    case 'and':
    case 'or':
      return `[${query.type} ${query.of.map(show).join(' ')}]`
    case 'not':
      return `[not ${show(query.of)}]`
    case 'text':
      return `${query.field === 'any' ? '' : `${query.field}:`}${query.phrases.map(phraseText).join('|')}`
    case 'near': {
      const [left, right] = [query.left, query.right].map(side => side.map(phraseText).join('|'))
      return `[${left} ${query.ordered ? 'onear' : 'near'}${query.distance} ${right}]`
    }
    case 'party': {
      const { party, role } = query
      return `${role}:${party.words.length > 0 ? phraseText(party) : party.numbers.map(each => each.digits).join('|')}`
    }
    case 'kind':
      return `kind:${query.kind}`
    case 'direction':
      return `direction:${query.direction}`
    case 'connector':
      return `connector:${query.connectorId}`
    case 'product':
      return `product:${query.products.join('|')}`
    case 'mailbox':
      return `mailbox:${query.mailbox}`
    case 'folder':
      return `folder:${query.folder}`
    case 'conversation':
      return `conversation:${query.conversation}`
    case 'held':
      return 'held'
    case 'hold':
      return `hold:${query.holdId}`
    case 'label':
      return `label:${query.label ?? '*'}`
    case 'archived':
      return 'archived'
    case 'call-status':
      return `status:${query.status}`
    case 'has-attachment':
      return `hasattachment:${query.has}`
    case 'range':
      return `${query.property}:${query.from ?? ''}..${query.to ?? ''}`
    case 'time': {
      const { from, to } = query.period
      const day = (time: number | null) =>
        time === null ? '' : new Date(time).toISOString().replace('.000Z', '')
      return `${query.property}:${day(from)}..${day(to)}`
    }
  }
}

const TREES: [text: string, tree: string][] = [
  ['lunch', 'lunch'],
  ['hold:yes', 'held'],
  ['hold:no', '[not held]'],
  ['label:"Financial record" OR retentionlabel:7', '[or label:Financial record label:7]'],
  ['label:any AND NOT label:None', '[and label:* [not [not label:*]]]'],
  ['archived:yes OR archived:No', '[or archived [not archived]]'],
  ['hold:7 AND NOT hold:Yes', '[and hold:7 [not held]]'],
  ['lunch today', '[and lunch today]'],
  ['a AND b c', '[and a b c]'],
  ['a b OR c d', '[or [and a b] [and c d]]'],
  ['a (b OR c) d', '[and a [or b c] d]'],
  ['a NOT b', '[and a [not b]]'],
  ['a -b', '[and a [not b]]'],
  ['-(a OR b)', '[not [or a b]]'],
  ['NOT NOT a', '[not [not a]]'],
  ['"a b" c', '[and a_b c]'],
  ['“curly quotes” c', '[and curly_quotes c]'],
  ["don't", 'don_t'],
  ['IMG_1234.jpg', 'img_1234_jpg'],
  ['fish & chips - now', '[and fish chips now]'],
  ['and or not', '[and and or not]'],
  ['ORDER ANDY NOTE', '[and order andy note]'],
  ['北京', '北_京'],
  ['from:Susan', 'from:susan'],
  ['FROM:"Susan Jones" x', '[and from:susan_jones x]'],
  ['from:+44 7700 900123 lunch', '[and from:44_7700_900123 lunch]'],
  ['from:+44 7700 900123 2026', '[and from:44_7700_900123 2026]'],
  ['from:07700 900 123', 'from:07700_900_123'],
  ['to:(020) 7946 0018 x', '[and to:020_7946_0018 x]'],
  ['(to:020 7946 0018) x', '[and to:020_7946_0018 x]'],
  ['from:60123 500', '[and from:60123 500]'],
  ['from:(susan OR erik)', '[or from:susan from:erik]'],
  ['participants:x recipients:y', '[and any:x to:y]'],
  ['kind:SMS', 'kind:sms'],
  ['kind:(sms OR mms) x', '[and [or kind:sms kind:mms] x]'],
  ['subject:"quarterly report" body:fine', '[and subject:quarterly_report body:fine]'],
  [
    'direction:in connector:3 mailbox:Susan@Contoso.example',
    '[and direction:in connector:3 mailbox:susan@contoso.example]',
  ],
  ['sent:2026-11-01', 'sent:2026-11-01T00:00:00..2026-11-02T00:00:00'],
  ['sent=2026-02', 'sent:2026-02-01T00:00:00..2026-03-01T00:00:00'],
  ['sent:2026', 'sent:2026-01-01T00:00:00..2027-01-01T00:00:00'],
  ['sent:2026-11-01..2026-11-07', 'sent:2026-11-01T00:00:00..2026-11-08T00:00:00'],
  ['sent>=2026-11-01', 'sent:2026-11-01T00:00:00..'],
  ['sent>2026-11-01', 'sent:2026-11-02T00:00:00..'],
  ['sent<2026-11', 'sent:..2026-11-01T00:00:00'],
  ['sent<=2026-11', 'sent:..2026-12-01T00:00:00'],
  ['sent>=2026-11-01T08:30', 'sent:2026-11-01T08:30:00..'],
  ['sent>=2026-11-01T08:30:15+02:00', 'sent:2026-11-01T06:30:15..'],
  ['sent:today', 'sent:2026-11-20T00:00:00..2026-11-21T00:00:00'],
  ['sent:yesterday', 'sent:2026-11-19T00:00:00..2026-11-20T00:00:00'],
  ['sent:"this week"', 'sent:2026-11-16T00:00:00..2026-11-23T00:00:00'],
  ['sent:"last month"', 'sent:2026-10-01T00:00:00..2026-11-01T00:00:00'],
  ['sent:"this year"', 'sent:2026-01-01T00:00:00..2027-01-01T00:00:00'],
  ['*', '*'],
  ['a=b x<y', '[and a_b x_y]'],

  // Beginnings of words.
  ['lun*', 'lun*'],
  ['"Advanced Sear*"', 'advanced_sear*'],
  ['subject:set* attachmentnames:annual*', '[and subject:set* attachment-name:annual*]'],
  ['IMG_12*', 'img_12*'],
  ['北京* 👍* crè*', '[and 北_京* 👍* cre*]'],
  ['*⃣ *️⃣', '[and *⃣ *⃣]'],

  // Nearness.
  ['best NEAR worst', '[best near8 worst]'],
  ['best NEAR(5) worst', '[best near5 worst]'],
  ['best NEAR(n=0) "the worst"', '[best near0 the_worst]'],
  ['"acquisition" ONEAR( N = 3 ) debt*', '[acquisition onear3 debt*]'],
  ['a NEAR b ONEAR(2) c', '[and [a near8 b] [b onear2 c]]'],
  ['x a NEAR b y', '[and x [a near8 b] y]'],
  ['(good OR "very best") NEAR(3) (bad OR worse)', '[good|very_best near3 bad|worse]'],
  ['WORDS(tv, "flat screen") NEAR set', '[tv|flat_screen near8 set]'],
  ['NOT a NEAR b', '[not [a near8 b]]'],
  ['a NEAR b OR c', '[or [a near8 b] c]'],
  ['near onear NEARBY', '[and near onear nearby]'],

  // What SharePoint and Purview say otherwise than each other.
  ['a + b', '[and a b]'],
  ['a + b + c', '[and a [or b c]]'],
  ['x (a + b + c) y', '[and x [and a [or b c]] y]'],
  ['+a +b +c', '[and a b c]'],
  ['a +(b OR c) +from:x +"d e"', '[and a [or b c] from:x d_e]'],
  ['a + NOT b', '[and a [not b]]'],
  ['a + AND b +', '[and a b]'],
  ['+ a', 'a'],
  ['kind:sms kind:mms', '[or kind:sms kind:mms]'],
  ['from:a lunch from:b kind:sms', '[and [or from:a from:b] lunch kind:sms]'],
  ['from:a sender:b author:c', '[or from:a from:b from:c]'],
  ['from:a AND from:b', '[and from:a from:b]'],
  ['from:a to:b AND from:c', '[and from:a to:b from:c]'],
  ['-kind:sms -kind:mms', '[and [not kind:sms] [not kind:mms]]'],
  ['size>10 size<20', '[and size:11.. size:..20]'],
  [
    'sent:2026-01 sent:2026-03',
    '[or sent:2026-01-01T00:00:00..2026-02-01T00:00:00 sent:2026-03-01T00:00:00..2026-04-01T00:00:00]',
  ],
  ['(kind="email")(kind="im")', '[or [not *] kind:chat]'],
  ['(kind:sms OR kind:mms) kind:chat', '[or [or kind:sms kind:mms] kind:chat]'],
  ['subject:(budget report)', '[or subject:budget subject:report]'],
  [
    'report(c:c)(date<2021-04-01)(subjecttitle:"northwind")(-kind:event)',
    '[and report [and sent:..2021-04-01T00:00:00 subject:northwind [not kind:event]]]',
  ],
  ['a OR b(c:c)(kind:sms)(kind:mms)', '[and [or a b] [or kind:sms kind:mms]]'],
  ['(c:c)(kind:sms)', 'kind:sms'],
  ['a b(c:s)"c d"(c:s)e(C:C)(size>1)', '[and [or [and a b] c_d e] size:2..]'],
  ['WORDS(TV, Television)', 'tv|television'],
  ['x WORDS( "a b" , c ) y', '[and x a_b|c y]'],

  // Operators and properties.
  ['kind<>sms', '[not kind:sms]'],
  ['kind<>(sms OR mms)', '[not [or kind:sms kind:mms]]'],
  ['sent<>2026-11', '[not sent:2026-11-01T00:00:00..2026-12-01T00:00:00]'],
  ['from="Susan Jones"', 'from:susan_jones'],
  ['cc:a bcc:b', '[and to:a to:b]'],
  ['from:"ronnie@contoso*"', 'from:ronnie_contoso*'],
  ['number:07700900123', 'any:07700900123|07700900123|7700900123'],
  ['number:+44 7700 900123 lunch', '[and any:447700900123|07700900123 lunch]'],
  ['number:((020) 7946 0018 OR 60123)', '[or any:02079460018|02079460018|2079460018 any:60123]'],
  ['title:x body:"a b" filename:y', '[and subject:x body:a_b attachment-name:y]'],
  ['hasattachment:TRUE hasattachments:no', '[or hasattachment:true hasattachment:false]'],
  ['kind:call', '[or kind:voice-call kind:video-call kind:call-log]'],
  ['kind:im kind:voicemail', '[or kind:chat status:voice-mail]'],
  ['kind:externaldata lunch', '[and * lunch]'],
  ['kind:email', '[not *]'],
  ['itemclass:IPM.ExternalData.*', '*'],
  ['itemclass:ipm.externaldata*', '*'],
  ['itemclass:ipm.externaldata.WhatsAppArchiver*', 'product:whatsapp'],
  ['itemclass:"ipm.externaldata.enterprisenumberarchiver"', 'product:enterprise-number'],
  ['itemclass:ipm.externaldata.o2network*', 'product:o2'],
  ['itemclass:ipm.externaldata.te*', 'product:telegram|telus'],
  ['itemclass:ipm.note*', '[not *]'],
  ['status:answered callstatus:voice-mail', '[or status:ok status:voice-mail]'],
  [
    'folder:"WhatsApp Archiver" conversation:q3kYb-mZr_w',
    '[and folder:WhatsApp Archiver conversation:q3kYb-mZr_w]',
  ],

  // Amounts and times.
  ['size:1..1048567', 'size:1..1048568'],
  ['size>26214400', 'size:26214401..'],
  ['size<=25MB', 'size:..26214401'],
  ['size:1KB..1.5MB', 'size:1024..1572865'],
  ['size=5', 'size:5..6'],
  ['size<>5', '[not size:5..6]'],
  ['duration>=10m', 'duration:600..'],
  ['duration:90..1h30m', 'duration:90..5401'],
  ['duration<0:10:00', 'duration:..600'],
  ['duration:"1m 30s"', 'duration:90..91'],
  ['received:"last month"', 'received:2026-10-01T00:00:00..2026-11-01T00:00:00'],
  ['imported:"Last  Week"', 'imported:2026-11-09T00:00:00..2026-11-16T00:00:00'],
  ['sent<"this month"', 'sent:..2026-11-01T00:00:00'],
  ['sent:"this month"', 'sent:2026-11-01T00:00:00..2026-12-01T00:00:00'],
  ['sent:"last year"', 'sent:2025-01-01T00:00:00..2026-01-01T00:00:00'],
  ['sent:2026-11-01+01:00', 'sent:2026-10-31T23:00:00..2026-11-01T23:00:00'],
  ['sent:2026-11-01T00:00Z..2026-11-01T11:59Z', 'sent:2026-11-01T00:00:00..2026-11-01T12:00:00'],
  ['sent:yesterday..today', 'sent:2026-11-19T00:00:00..2026-11-21T00:00:00'],
]

const NOW = Date.UTC(2026, 10, 20, 21, 5)

for (const [text, tree] of TREES) {
  test(`reads ${text}`, () => {
    assert.equal(show(parseQuery(text, NOW)), tree)
  })
}

test('a bare number is looked for in texts and among the parties', () => {
  const query = parseQuery('+44 7700 900123')
  assert.equal(show(query), '44_7700_900123|447700900123|07700900123')
  assert.ok(query.type === 'text' && query.party?.numbers.some(form => form.digits === '447700900123'))
})

test('an address and a domain are known as such', () => {
  const address = parseQuery('from:Susan@Contoso.example')
  assert.ok(address.type === 'party' && address.party.address === 'susan@contoso.example')
  const domain = parseQuery('from:@contoso.example')
  assert.ok(domain.type === 'party' && domain.party.domain === 'contoso.example')
})

test('today is refused where the time is not known', () => {
  assert.throws(() => parseQuery('sent:today'), /expected a date/)
})

test('names the mailboxes of a query', () => {
  const query = parseQuery('(mailbox:a@x.example OR mailbox:b@x.example) -mailbox:a@x.example mailbox:3')
  assert.deepEqual(mailboxesNamed(query), ['a@x.example', 'b@x.example'])
})

test('a person is meant by a value of a property, not by a quoted one, a beginning or a keyword', () => {
  const person = (text: string) => {
    const query = parseQuery(text)
    return query.type === 'party'
      ? query.party.person
      : query.type === 'text'
        ? query.party?.person
        : undefined
  }
  assert.equal(person('from:susan@contoso.example'), 'susan@contoso.example')
  assert.equal(person('participants:+44 7700 900123 '), '+44 7700 900123')
  for (const text of [
    'from:"susan@contoso.example"',
    'from:"susan@contoso*"',
    'from:sus*',
    'susan',
    'number:60123',
  ])
    assert.equal(person(text), null, text)
})

const NOTES: [text: string, notes: string[]][] = [
  ['lunch AND kind:sms', []],
  ['kind:sms kind:mms', ['same-property 0 17']],
  ['x from:(a b)', ['same-property 8 3']],
  ['a + b', []],
  ['x a + b + c', ['plus 2 9']],
  ['lunch kind:email', ['nothing 11 5']],
  ['cc:susan', ['every-recipient 3 5']],
  ['received:today', ['received-as-sent 9 5']],
]

for (const [text, notes] of NOTES) {
  test(`says what may surprise of ${text}`, () => {
    const check = checkQuery(text, NOW)
    assert.ok(check.ok)
    assert.deepEqual(
      check.notes.map(({ reason, at, length }) => `${reason} ${at} ${length}`),
      notes,
    )
    for (const note of check.notes) assert.doesNotMatch(note.text, /\{|undefined/)
  })
}

test('counts the terms of a query', () => {
  const check = checkQuery('lunch (from:a OR "b c") WORDS(d, e) - &')
  assert.ok(check.ok)
  assert.equal(check.terms, 5)
})
