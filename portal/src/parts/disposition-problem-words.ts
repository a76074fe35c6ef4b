/** What the portal says where disposition refuses something. */
import { invalid, type ProblemEntry } from './problem-entry.ts'

export const DISPOSITION_PROBLEM_WORDS: Readonly<Record<string, ProblemEntry>> = {
  DISPOSITION_INVALID: invalid('That cannot be done so', 'Så går det inte'),
  DISPOSITION_PAUSED: {
    en: { title: 'Disposal is paused', hint: 'Resume it on the overview of Disposition first.' },
    sv: { title: 'Gallringen är pausad', hint: 'Återuppta den först, på gallringens översikt.' },
  },
  DISPOSITION_RUNNING: {
    en: { title: 'Disposal goes on already', hint: 'Nothing is to be done.' },
    sv: { title: 'Gallringen går redan', hint: 'Inget behöver göras.' },
  },
  DISPOSITION_CLOCKS: {
    en: {
      title: 'The clocks do not agree',
      hint: 'Set the clocks of the machines right. If time leapt and is right now, go on from the overview of Disposition.',
    },
    sv: {
      title: 'Klockorna är inte överens',
      hint: 'Ställ maskinernas klockor rätt. Har tiden hoppat och är rätt nu, gå vidare från gallringens översikt.',
    },
  },
  DISPOSITION_VOLUME: {
    en: {
      title: 'More is due than is usual',
      hint: 'See which rule makes so much due. Then let it go on the overview of Disposition, or pause disposal.',
    },
    sv: {
      title: 'Mer är gallringsbart än vanligt',
      hint: 'Se vilken regel som gör så mycket gallringsbart. Släpp sedan fram det på gallringens översikt, eller pausa gallringen.',
    },
  },
  DISPOSITION_LIMIT: {
    en: { title: 'The day’s limit is reached', hint: 'What is left goes tomorrow. Or raise the limit.' },
    sv: { title: 'Dagens gräns är nådd', hint: 'Det som är kvar försvinner i morgon. Eller höj gränsen.' },
  },
  DISPOSITION_REVIEW_UNKNOWN: {
    en: {
      title: 'It is not in review any more',
      hint: 'Somebody decided on it, or it is not due any more. Load the list again.',
    },
    sv: {
      title: 'Det väntar inte på granskning längre',
      hint: 'Någon har bestämt, eller så är det inte gallringsbart längre. Läs in listan igen.',
    },
  },
  DISPOSITION_SECOND_PERSON: {
    en: { title: 'Another person has to approve', hint: 'Two persons approve here, and you are the first.' },
    sv: {
      title: 'En annan person måste godkänna',
      hint: 'Här godkänner två personer, och du är den första.',
    },
  },
}
