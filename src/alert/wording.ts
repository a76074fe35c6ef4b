/** Alerts in words, for e-mails, in English and Swedish. The portal has words of its own for the same details. */
import type { Mail } from './email.ts'
import type { MessageBody } from './outbox.ts'
import type { RuleName } from './rule.ts'

type Language = 'en' | 'sv'
type Detail = MessageBody['events'][number]['detail']
type Sentence = (detail: Detail, subject: string) => string

const GIB = 1024 ** 3
const gib = (bytes: unknown): string => (Number(bytes) / GIB).toFixed(1)
/** To the minute, as it is read. */
const moment = (text: unknown): string => (text ? `${String(text).slice(0, 16).replace('T', ' ')} UTC` : '')

const SENTENCES: Record<Language, Record<RuleName, Sentence>> = {
  en: {
    'log-broken': d => `The audit log does not hold: ${d.findings} findings in the last verification`,
    'checkpoint-overdue': d => `Audit entries wait for a checkpoint: ${d.waiting}, since ${moment(d.oldest)}`,
    'index-differs': d => `The index differs from the archive: ${d.indexed} indexed of ${d.items} items`,
    'low-disk': d => `Little room on disk: ${d.percent} % free, ${gib(d.free)} of ${gib(d.total)} GiB`,
    'sum-differs': d => `A sum does not add up: run ${d.run} of ${d.name} is incomplete`,
    'run-missed': d => `A run was missed: ${d.name}, due ${moment(d.due)}`,
    'sign-in-refused': d => `The site refuses the sign-in of ${d.name} (${d.code})`,
    'run-failed': d => `A run failed: run ${d.run} of ${d.name} (${d.code})`,
    'unmapped-numbers': d => `Numbers lead to no mailbox: ${d.numbers} of ${d.name}, ${d.items} items wait`,
    'hold-query': d =>
      `The query of hold ${d.hold} cannot be evaluated (${d.code}): everything it was asked of is held`,
    'disposition-clocks': d =>
      d.to
        ? `Disposal has stopped: time went from ${moment(d.from)} to ${moment(d.to)} at once`
        : `Disposal has stopped: the clocks of program, database and audit log disagree`,
    'disposition-volume': d =>
      `Disposal waits: ${d.filings} copies are due, far more than usual. Unless it is paused, the next day's run removes them`,
    'disposition-overdue': d =>
      `Copies that are due have not left: ${d.copies}, the oldest since ${moment(d.oldest)}`,
    'review-waiting': d => `Copies wait for a disposition review: ${d.copies}, since ${moment(d.oldest)}`,
    'staged-copies': d =>
      `Staging copies are there longer than they may: of ${d.batches} batches, the oldest filed ${moment(d.oldest)}`,
    'person-silent': d =>
      d.last
        ? `Silent: ${d.person || d.user} (${d.name}), last item ${moment(d.last)}, ${d.days} days ago`
        : `Silent: ${d.person || d.user} (${d.name}), no item so far`,
    'bulk-reading': (d, who) => `Bulk reading: ${who} read ${d.readings} items within an hour`,
    'portal-sign-in-refused': d => `Sign-ins to the portal refused: ${d.refusals} within an hour`,
    'break-glass': (d, who) =>
      `Acts on the console without a sign-in: ${who}, ${d.acts} in the last 24 hours`,
  },
  sv: {
    'log-broken': d => `Granskningsloggen håller inte: ${d.findings} fynd i den senaste kontrollen`,
    'checkpoint-overdue': d =>
      `Loggposter väntar på en kontrollpunkt: ${d.waiting}, sedan ${moment(d.oldest)}`,
    'index-differs': d => `Indexet skiljer sig från arkivet: ${d.indexed} indexerade av ${d.items} objekt`,
    'low-disk': d => `Ont om diskutrymme: ${d.percent} % ledigt, ${gib(d.free)} av ${gib(d.total)} GiB`,
    'sum-differs': d => `En summa går inte ihop: körning ${d.run} av ${d.name} är ofullständig`,
    'run-missed': d => `En körning uteblev: ${d.name}, skulle ha skett ${moment(d.due)}`,
    'sign-in-refused': d => `Webbplatsen nekar inloggningen för ${d.name} (${d.code})`,
    'run-failed': d => `En körning misslyckades: körning ${d.run} av ${d.name} (${d.code})`,
    'unmapped-numbers': d =>
      `Nummer leder inte till någon postlåda: ${d.numbers} för ${d.name}, ${d.items} objekt väntar`,
    'hold-query': d =>
      `Frågan i bevarandekrav ${d.hold} kan inte utvärderas (${d.code}): allt den ställdes mot bevaras`,
    'disposition-clocks': d =>
      d.to
        ? `Gallringen har stannat: tiden gick från ${moment(d.from)} till ${moment(d.to)} på en gång`
        : `Gallringen har stannat: programmets, databasens och granskningsloggens klockor går isär`,
    'disposition-volume': d =>
      `Gallringen väntar: ${d.filings} kopior ska bort, långt fler än vanligt. Om den inte pausas tas de bort vid nästa dags körning`,
    'disposition-overdue': d =>
      `Kopior som ska gallras finns kvar: ${d.copies}, den äldsta sedan ${moment(d.oldest)}`,
    'review-waiting': d => `Kopior väntar på gallringsgranskning: ${d.copies}, sedan ${moment(d.oldest)}`,
    'staged-copies': d =>
      `Mellanlagrade kopior finns kvar längre än de får: från ${d.batches} satser, den äldsta arkiverad ${moment(d.oldest)}`,
    'person-silent': d =>
      d.last
        ? `Tyst: ${d.person || d.user} (${d.name}), senaste objekt ${moment(d.last)}, för ${d.days} dagar sedan`
        : `Tyst: ${d.person || d.user} (${d.name}), inget objekt hittills`,
    'bulk-reading': (d, who) => `Massläsning: ${who} läste ${d.readings} objekt inom en timme`,
    'portal-sign-in-refused': d => `Nekade inloggningar i portalen: ${d.refusals} inom en timme`,
    'break-glass': (d, who) =>
      `Åtgärder på konsolen utan inloggning: ${who}, ${d.acts} de senaste 24 timmarna`,
  },
}

const WORDS = {
  en: {
    opened: 'Opened',
    resolved: 'Resolved',
    reminder: 'Still open',
    test: 'This is a test. Alerts of this archive will reach you.',
    testSubject: 'Test message',
    several: (count: number) => `${count} alerts`,
    since: 'since',
    open: 'Open the alerts',
    footer:
      'Alerts hold counts and ids, never what messages say. They are set up under Alerts in the portal.',
  },
  sv: {
    opened: 'Öppnad',
    resolved: 'Löst',
    reminder: 'Fortfarande öppen',
    test: 'Det här är ett test. Varningar från arkivet kommer att nå dig.',
    testSubject: 'Testmeddelande',
    several: (count: number) => `${count} varningar`,
    since: 'sedan',
    open: 'Öppna varningarna',
    footer:
      'Varningar innehåller antal och id:n, aldrig vad meddelanden säger. De ställs in under Varningar i portalen.',
  },
} as const

/** The e-mail that tells a message. Its subject is one line, whatever a connector is called. */
export function mailOf(body: MessageBody, language: Language): Mail {
  const words = WORDS[language]
  const sentences = body.events.map(each => SENTENCES[language][each.rule](each.detail, each.subject))
  const [only] = body.events
  const subject =
    body.type === 'test'
      ? words.testSubject
      : body.events.length === 1 && only
        ? `${words[only.event]}: ${sentences[0]}`
        : words.several(body.events.length)
  const lines = body.events.map(
    (each, index) => `${words[each.event]}: ${sentences[index]} (${words.since} ${moment(each.openedAt)})`,
  )
  const text = [
    body.type === 'test' ? words.test : lines.join('\n\n'),
    ...(body.archive.url ? [`${words.open}: ${body.archive.url}/alerts`] : []),
    `--\n${oneLine(body.archive.organisation)}\n${words.footer}`,
  ].join('\n\n')
  return {
    id: body.id,
    subject: oneLine(`[Holdfast ${body.archive.organisation}] ${subject}`).slice(0, 200),
    text: `${text}\n`,
    at: new Date(body.at),
  }
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
