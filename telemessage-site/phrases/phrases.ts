/**
 * What people write: sentences of twelve languages with slots filled at random, as a pure function of a seed.
 * A text costs a few draws and a concatenation, so that a million of them cost neither time nor memory.
 */
import type { Language } from '../names.ts'
import { mix, Random } from '../random.ts'
import { ar } from './ar.ts'
import type { Bank } from './bank.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { hi } from './hi.ts'
import { ja } from './ja.ts'
import { ko } from './ko.ts'
import { ru } from './ru.ts'
import { sv } from './sv.ts'
import { th } from './th.ts'
import { zh } from './zh.ts'

/** Where a turn stands in its conversation. */
export type Position = 'greeting' | 'middle' | 'closing'

type Template = readonly string[] // literal, slot, literal, slot, … literal
type Compiled = {
  readonly greetings: readonly Template[]
  readonly lines: readonly Template[]
  readonly replies: readonly Template[]
  readonly closings: readonly Template[]
  readonly sensitive: readonly Template[]
  readonly bank: Bank
}

const BANKS: Readonly<Record<Language, Bank>> = { en, sv, de, fr, es, zh, ja, ar, hi, ru, ko, th }

const compile = (templates: readonly string[]): readonly Template[] =>
  templates.map(template => template.split(/[{}]/))

const COMPILED = Object.fromEntries(
  Object.entries(BANKS).map(([language, bank]) => [
    language,
    {
      greetings: compile(bank.greetings),
      lines: compile(bank.lines),
      replies: compile(bank.replies),
      closings: compile(bank.closings),
      sensitive: compile(bank.sensitive),
      bank,
    },
  ]),
) as unknown as Readonly<Record<Language, Compiled>>

/** Emoji of every build: single, joined, flags, skin tones, keycaps, variation selectors. */
const EMOJI = '😀 👍 🙏 😅 🚢 ⚓ 🎉 ☕ 🍽️ 👩‍💻 👨‍👩‍👧 🏳️‍🌈 🇸🇪 🇯🇵 👋🏽 🤝 ❤️ 1️⃣ 🥶 📦 🏗️ 🌧️ 🙈 ✅'.split(' ')

const HULLS =
  'Aster Baltic Coral Dunlin Ember Fulmar Gannet Harrier Isbrand Juniper Kestrel Lapwing Marlin Nordic Osprey Plover Quayside Redstart Skua Tern Umber Velvet Wigeon Yarrow Zephyr Brent Curlew Eider Garnet Heron'.split(
    ' ',
  )
const ENDS =
  ' Star| Spirit| Pioneer| Grace| Horizon| Trader|moor| Bay| Venture| Dawn|field| Sky| Carrier| Queen|wick| Glory| Express| Wave| Pride|haven'.split(
    '|',
  )

/** A ship's name: one of 600, a few of which come up often. */
export function vesselName(random: Random): string {
  const often = random.fraction()
  const choice = Math.floor(often * often * often * HULLS.length * ENDS.length)
  return `${HULLS[choice % HULLS.length]}${ENDS[Math.floor(choice / HULLS.length) % ENDS.length]}`
}

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value))

function fill(slot: string, random: Random, bank: Bank, name: string): string {
  switch (slot) {
    case 'name':
      return name
    case 'ref':
      return `KH-${10000 + random.below(90000)}`
    case 'box':
      return `KHTU${1000000 + random.below(9000000)}`
    case 'n':
      return String(random.between(2, 29))
    case 'time':
      return `${twoDigits(random.between(6, 21))}:${twoDigits(random.below(12) * 5)}`
    case 'vessel':
      return vesselName(random)
    case 'price':
      return `${random.pick(['£', '€', 'USD ', '$'])}${random.between(40, 2400)}`
    case 'tons':
      return String(random.between(3, 960))
    case 'goods':
      return random.pick(bank.goods)
    case 'day':
      return random.pick(bank.days)
    case 'place':
      return random.pick(bank.places)
    default:
      throw new RangeError(`unknown slot ${slot}`)
  }
}

/** Picks a template; one that calls by name only if there is a name to call by. */
function choose(templates: readonly Template[], random: Random, name: string): Template {
  let index = random.below(templates.length)
  while (name === '' && templates[index]!.includes('name')) index = (index + 1) % templates.length
  return templates[index]!
}

function write(templates: readonly Template[], random: Random, bank: Bank, name: string): string {
  const template = choose(templates, random, name)
  let text = template[0] ?? ''
  for (let index = 1; index < template.length; index += 2)
    text += fill(template[index]!, random, bank, name) + template[index + 1]!
  return text
}

/** The text of one turn. Equal arguments give equal text. */
export function turnText(language: Language, seed: number, position: Position, name: string): string {
  const compiled = COMPILED[language]
  const random = new Random(mix(seed, 0x7e47))
  const { bank } = compiled
  const draw = random.below(1000)
  let text: string
  if (position === 'greeting') {
    text = write(compiled.greetings, random, bank, name)
    if (draw < 600) text += ` ${write(compiled.lines, random, bank, name)}`
  } else if (position === 'closing') {
    text = write(compiled.closings, random, bank, name)
  } else if (draw < 14) {
    text = write(compiled.sensitive, random, bank, name)
  } else if (draw < 360) {
    text = write(compiled.replies, random, bank, name)
  } else {
    text = write(compiled.lines, random, bank, name)
    if (draw > 850) text += (draw > 930 ? '\n' : ' ') + write(compiled.lines, random, bank, name)
    if (draw > 975) text += `\n\n${write(compiled.replies, random, bank, name)}`
  }
  if (random.chance(0.14)) text += ` ${random.pick(EMOJI)}`
  return text
}

/** A group's name in a language; `draw` tells groups of the same name apart. */
export function groupName(language: Language, draw: number): string {
  const { groups, goods } = BANKS[language]
  const name = groups[draw % groups.length] ?? 'Group'
  const turn = Math.floor(draw / groups.length)
  if (turn === 0) return name
  return `${name} – ${goods[turn % goods.length] ?? ''} ${turn > goods.length ? turn : ''}`.trim()
}

const ALERTS: readonly string[] = [
  'Your verification code is {code}. Do not share it with anyone.',
  'ParcelGo: your delivery arrives today between {time} and 18:00. Track: https://parcelgo.example/t/{code}',
  'Port alert: {vessel} berthed at {time}.',
  'HarbourBank: a payment of {price} was made from account ending {n}. Not you? Call us.',
  'Ditt engångslösenord är {code}.',
  'Your taxi is outside. Driver: {n}, plate KH {n}.',
  'Reminder: dentist on {day} at {time}. Reply STOP to end reminders.',
  'Gate {n} closed from {time} because of high wind.',
  'Roaming: calls cost {price} a minute in this zone.',
]
const ALERT_TEMPLATES = compile(ALERTS)

/** What short codes and alphanumeric senders send. */
export function alertText(seed: number): string {
  const random = new Random(mix(seed, 0xa1e7))
  const template = random.pick(ALERT_TEMPLATES)
  let text = template[0] ?? ''
  for (let index = 1; index < template.length; index += 2) {
    const slot = template[index]!
    text += slot === 'code' ? String(100000 + random.below(900000)) : fill(slot, random, en, '')
    text += template[index + 1]!
  }
  return text
}
