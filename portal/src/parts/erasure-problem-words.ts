/** What the portal says where an erasure request, or reading what one restricts, is refused. */
import { invalid, type ProblemEntry } from './problem-entry.ts'

export const ERASURE_PROBLEM_WORDS: Readonly<Record<string, ProblemEntry>> = {
  ERASURE_INVALID: invalid('The request cannot be entered so', 'Begäran kan inte registreras så'),
  ERASURE_UNKNOWN: {
    en: { title: 'There is no such erasure request', hint: 'Go back to the list of requests.' },
    sv: { title: 'Det finns ingen sådan begäran om radering', hint: 'Gå tillbaka till listan.' },
  },
  ERASURE_OVER: {
    en: { title: 'The request is over', hint: 'It stays as it is. Enter another one.' },
    sv: { title: 'Begäran är avslutad', hint: 'Den förblir som den är. Registrera en ny.' },
  },
  ITEM_RESTRICTED: {
    en: {
      title: 'The item is restricted',
      hint: 'Somebody asked for its erasure, and it is kept for holds or retention alone. Who has the role Hold or Case Management can read it.',
    },
    sv: {
      title: 'Objektet är begränsat',
      hint: 'Någon har begärt att det raderas, och det behålls bara för bevarandekrav eller kvarhållning. Den som har rollen Hold eller Case Management kan läsa det.',
    },
  },
}
