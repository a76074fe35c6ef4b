/** The words of a report for the person, in the languages that there are. */
import type { ErasureBasis } from './draft.ts'
import type { RefusalGround } from './report.ts'

export const REPORT_LANGUAGES = ['en', 'sv'] as const
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number]

export type ReportTexts = {
  readonly title: string
  readonly to: string
  readonly intro: (organisation: string) => string
  readonly request: string
  readonly number: string
  readonly reference: string
  readonly received: string
  readonly report: string
  readonly about: string
  readonly from: string
  readonly before: string
  readonly rests: string
  readonly bases: Readonly<Record<ErasureBasis, string>>
  readonly erased: string
  /** So many messages and calls. */
  readonly things: (count: number, written: string) => string
  readonly erasedText: (things: string, copies: string) => string
  readonly nothingErased: string
  readonly day: string
  readonly items: string
  readonly copies: string
  readonly kept: string
  readonly nothingKept: string
  readonly keptText: (things: string) => string
  readonly claims: (things: string) => string
  readonly obligation: (things: string) => string
  readonly restricted: string
  readonly again: string
  readonly withdrawn: string
  readonly listed: (shown: string, all: string) => string
  readonly when: string
  readonly kind: string
  readonly kinds: Readonly<Record<string, string>>
  readonly direction: string
  readonly directions: Readonly<Record<'in' | 'out', string>>
  readonly why: string
  readonly grounds: Readonly<Record<RefusalGround, string>>
  readonly until: string
  readonly unknown: string
  readonly checking: string
  readonly later: string
  readonly laterText: (things: string, included: boolean) => string
  readonly outside: string
  readonly outsideText: (count: number) => string
  readonly rights: string
  readonly rightsText: string
  readonly working: string
}

const en: ReportTexts = {
  title: 'Your request for erasure',
  to: 'To the person who asked',
  intro: organisation =>
    `${organisation} keeps an archive of the messages and calls of its work phones. You asked that what names you there be erased (article 17 of the General Data Protection Regulation). This is what was done.`,
  request: 'Your request',
  number: 'Request',
  reference: 'Our reference',
  received: 'Entered',
  report: 'As of',
  about: 'We looked for',
  from: 'from',
  before: 'before',
  rests: 'It rests on',
  bases: {
    'no-longer-needed': 'the data is no longer needed: article 17(1)(a)',
    'consent-withdrawn': 'you withdrew your consent: article 17(1)(b)',
    objection: 'you objected: article 17(1)(c)',
    unlawful: 'the data was processed unlawfully: article 17(1)(d)',
    'legal-duty': 'the law says that it is to be erased: article 17(1)(e)',
    child: "it is about a child's use of online services: article 17(1)(f)",
  },
  erased: 'What was erased',
  things: (count, written) => (count === 1 ? 'one message or call' : `${written} messages and calls`),
  erasedText: (things, copies) =>
    `Erased for good: ${things}, with everything that was known of them. Copies that left their mailboxes: ${copies}. What remains is a note that something was there; it does not say of whom or what.`,
  nothingErased: 'Nothing was erased.',
  day: 'Day',
  items: 'Messages and calls',
  copies: 'Copies',
  kept: 'What is kept, and why',
  nothingKept: 'Nothing is kept.',
  keptText: things => `Kept for now: ${things}.`,
  claims: things => `To establish, exercise or defend legal claims, article 17(3)(e): ${things}`,
  obligation: things => `By law or a duty of record-keeping, article 17(3)(b): ${things}`,
  restricted:
    'They are restricted (article 18): they are stored, and otherwise left out of searches, reading and copies, except for those few who look after legal claims.',
  again:
    'Every day it is looked at again whether they still have to be kept. As soon as they do not, they are erased without your asking again.',
  withdrawn: 'The request was withdrawn: nothing more is erased for it.',
  listed: (shown, all) => `The first ${shown} of ${all}. The list as a table (CSV) has more.`,
  when: 'Sent (UTC)',
  kind: 'Kind',
  kinds: {
    sms: 'Text message',
    mms: 'Picture message',
    chat: 'Chat message',
    'voice-call': 'Voice call',
    'video-call': 'Video call',
    'call-log': 'Entry of a call log',
    event: 'Event',
  },
  direction: 'Direction',
  directions: { in: 'received by us', out: 'sent by us' },
  why: 'Why it is kept',
  grounds: { 'legal-claims': 'legal claims, 17(3)(e)', 'legal-obligation': 'legal obligation, 17(3)(b)' },
  until: 'At least until',
  unknown: 'not known yet',
  checking: 'being looked at',
  later: 'What arrived later',
  laterText: (things, included) =>
    `What names you and arrived after the request: ${things}. ${included ? 'It is dealt with in the same way, and so is what still arrives.' : 'It is not part of the request; you can ask again.'}`,
  outside: 'Copies outside the archive',
  outsideText: count =>
    count === 0
      ? 'None of it had been put into a file that was handed out.'
      : `Files handed out before that had some of it, for instance to a court or an authority: ${count}. The archive cannot take these back; whoever received them is told of your request where that is possible (article 19).`,
  rights: 'Your rights',
  rightsText:
    'If you think that this is wrong, tell us. You can also complain to the data protection authority of your country, and go to court.',
  working: 'Work on your request is still going on: this report is of the time given above.',
}

const sv: ReportTexts = {
  title: 'Din begäran om radering',
  to: 'Till den som har begärt radering',
  intro: organisation =>
    `${organisation} har ett arkiv över meddelanden och samtal från arbetets telefoner. Du har begärt att det som nämner dig där ska raderas (artikel 17 i dataskyddsförordningen). Det här har gjorts.`,
  request: 'Din begäran',
  number: 'Begäran',
  reference: 'Vår beteckning',
  received: 'Registrerad',
  report: 'Läget den',
  about: 'Vi har letat efter',
  from: 'från',
  before: 'före',
  rests: 'Den stöder sig på',
  bases: {
    'no-longer-needed': 'uppgifterna behövs inte längre: artikel 17.1 a',
    'consent-withdrawn': 'du har återkallat ditt samtycke: artikel 17.1 b',
    objection: 'du har invänt: artikel 17.1 c',
    unlawful: 'uppgifterna har behandlats olagligt: artikel 17.1 d',
    'legal-duty': 'lagen säger att de ska raderas: artikel 17.1 e',
    child: 'det gäller ett barns användning av nättjänster: artikel 17.1 f',
  },
  erased: 'Det som har raderats',
  things: (count, written) =>
    count === 1 ? 'ett meddelande eller samtal' : `${written} meddelanden och samtal`,
  erasedText: (things, copies) =>
    `Raderat för gott: ${things}, med allt som var känt om dem. Kopior som har lämnat sina postlådor: ${copies}. Det som finns kvar är en anteckning om att något har funnits; den säger inte om vem eller vad.`,
  nothingErased: 'Ingenting har raderats.',
  day: 'Dag',
  items: 'Meddelanden och samtal',
  copies: 'Kopior',
  kept: 'Det som behålls, och varför',
  nothingKept: 'Ingenting behålls.',
  keptText: things => `Det som behålls tills vidare: ${things}.`,
  claims: things =>
    `För att fastställa, göra gällande eller försvara rättsliga anspråk, artikel 17.3 e: ${things}`,
  obligation: things => `Enligt lag eller en skyldighet att bevara, artikel 17.3 b: ${things}`,
  restricted:
    'De är begränsade (artikel 18): de lagras, men lämnas i övrigt utanför sökningar, läsning och kopior, utom för de få som tar hand om rättsliga anspråk.',
  again:
    'Varje dag prövas på nytt om de fortfarande måste behållas. Så snart de inte måste det raderas de, utan att du behöver fråga igen.',
  withdrawn: 'Begäran har dragits tillbaka: inget mer raderas för den.',
  listed: (shown, all) => `De första ${shown} av ${all}. Listan som tabell (CSV) har fler.`,
  when: 'Skickat (UTC)',
  kind: 'Slag',
  kinds: {
    sms: 'Textmeddelande',
    mms: 'Bildmeddelande',
    chat: 'Chattmeddelande',
    'voice-call': 'Röstsamtal',
    'video-call': 'Videosamtal',
    'call-log': 'Rad i en samtalslogg',
    event: 'Händelse',
  },
  direction: 'Riktning',
  directions: { in: 'mottaget av oss', out: 'skickat av oss' },
  why: 'Varför det behålls',
  grounds: { 'legal-claims': 'rättsliga anspråk, 17.3 e', 'legal-obligation': 'rättslig skyldighet, 17.3 b' },
  until: 'Minst till',
  unknown: 'inte känt än',
  checking: 'prövas',
  later: 'Det som har kommit senare',
  laterText: (things, included) =>
    `Det som nämner dig och har kommit efter begäran: ${things}. ${included ? 'Det behandlas på samma sätt, liksom det som kommer framöver.' : 'Det ingår inte i begäran; du kan begära det på nytt.'}`,
  outside: 'Kopior utanför arkivet',
  outsideText: count =>
    count === 0
      ? 'Ingenting av det hade lagts i en fil som har lämnats ut.'
      : `Filer som har lämnats ut tidigare med en del av det, till exempel till en domstol eller en myndighet: ${count}. Arkivet kan inte ta tillbaka dem; de som har fått dem underrättas om din begäran där det är möjligt (artikel 19).`,
  rights: 'Dina rättigheter',
  rightsText:
    'Om du anser att detta är fel, säg det till oss. Du kan också klaga hos dataskyddsmyndigheten (i Sverige Integritetsskyddsmyndigheten) och gå till domstol.',
  working: 'Arbetet med din begäran pågår: rapporten gäller tidpunkten ovan.',
}

export const REPORT_TEXTS: Readonly<Record<ReportLanguage, ReportTexts>> = { en, sv }
