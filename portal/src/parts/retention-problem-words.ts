/** What the portal says where retention policies, labels, adaptive scopes or events are refused. */
import { invalid, type ProblemEntry, unknown } from './problem-entry.ts'

export const RETENTION_PROBLEM_WORDS: Readonly<Record<string, ProblemEntry>> = {
  RETENTION_POLICY_UNKNOWN: unknown('There is no such policy', 'Det finns ingen sådan princip'),
  RETENTION_POLICY_INVALID: invalid('The policy cannot be saved so', 'Principen kan inte sparas så'),
  RETENTION_POLICY_LOCKED: {
    en: {
      title: 'The policy is locked',
      hint: 'It can be given a longer period or further mailboxes. For anything else, make another policy.',
    },
    sv: {
      title: 'Principen är låst',
      hint: 'Den kan få längre tid eller fler postlådor. För annat, skapa en annan princip.',
    },
  },
  RETENTION_POLICY_REMOVED: {
    en: { title: 'The policy was removed', hint: 'It stays so. Make another one.' },
    sv: { title: 'Principen är borttagen', hint: 'Det ändras inte. Skapa en annan.' },
  },
  ADAPTIVE_SCOPE_UNKNOWN: unknown(
    'There is no such adaptive scope',
    'Det finns inget sådant adaptivt omfång',
  ),
  ADAPTIVE_SCOPE_INVALID: invalid('The condition cannot be read', 'Villkoret går inte att läsa'),
  ADAPTIVE_SCOPE_USED: {
    en: { title: 'A policy uses this adaptive scope', hint: 'Take it off the policies that use it first.' },
    sv: {
      title: 'En princip använder det adaptiva omfånget',
      hint: 'Ta först bort det från principerna som använder det.',
    },
  },
  WHAT_IF_TOO_LONG: {
    en: {
      title: 'It could not be worked out within a minute',
      hint: 'Ask for fewer mailboxes, or at a quieter time. Turning the policy on has no such limit.',
    },
    sv: {
      title: 'Det gick inte att räkna ut inom en minut',
      hint: 'Fråga om färre postlådor, eller vid en lugnare tid. Att slå på principen har ingen sådan gräns.',
    },
  },
  LABEL_UNKNOWN: unknown('There is no such label', 'Det finns ingen sådan etikett'),
  LABEL_INVALID: invalid('The label cannot be saved so', 'Etiketten kan inte sparas så'),
  LABEL_IN_USE: {
    en: {
      title: 'The label is in use',
      hint: 'Remove the rules that put it on first. What has it keeps it, and the label can be retired.',
    },
    sv: {
      title: 'Etiketten används',
      hint: 'Ta först bort reglerna som sätter den. Det som har den behåller den, och etiketten kan avvecklas.',
    },
  },
  LABEL_RETIRED: {
    en: { title: 'The label is retired', hint: 'It is put on nothing any more. Choose another one.' },
    sv: { title: 'Etiketten är avvecklad', hint: 'Den sätts inte längre på något. Välj en annan.' },
  },
  LABEL_TARGET_LARGE: {
    en: {
      title: 'That is too much at once',
      hint: 'Make a label rule with this query: it labels all of it, and what arrives later too.',
    },
    sv: {
      title: 'Det är för mycket på en gång',
      hint: 'Skapa en etikettregel med frågan: den märker allt, och det som kommer senare.',
    },
  },
  LABEL_RULE_UNKNOWN: unknown('There is no such label rule', 'Det finns ingen sådan etikettregel'),
  LABEL_RULE_INVALID: invalid('The label rule cannot be saved so', 'Etikettregeln kan inte sparas så'),
  EVENT_TYPE_UNKNOWN: unknown('There is no such event type', 'Det finns ingen sådan händelsetyp'),
  EVENT_TYPE_IN_USE: {
    en: { title: 'The event type is in use', hint: 'It stays. It can be given another name.' },
    sv: { title: 'Händelsetypen används', hint: 'Den stannar. Den kan få ett annat namn.' },
  },
  EVENT_UNKNOWN: unknown('There is no such event', 'Det finns ingen sådan händelse'),
  EVENT_INVALID: invalid('The event cannot be recorded so', 'Händelsen kan inte antecknas så'),
  EVENT_WITHDRAWN: {
    en: { title: 'The event was withdrawn', hint: 'It stays so. Record it again.' },
    sv: { title: 'Händelsen är återtagen', hint: 'Det ändras inte. Anteckna den på nytt.' },
  },
  EVENT_LOCKED: {
    en: {
      title: 'A locked policy counts from these events',
      hint: 'It would end earlier. Record an event of the same day or later instead.',
    },
    sv: {
      title: 'En låst princip räknar från sådana händelser',
      hint: 'Den skulle sluta tidigare. Anteckna en händelse av samma dag eller senare i stället.',
    },
  },
}
