/** What is wrong with a line of a mapping file, in the person's language. The API says it in English (src/mapping/csv.ts). */
import { useLanguage } from '../parts/language.ts'

const SWEDISH: readonly (readonly [RegExp, string])[] = [
  [/^is empty$/, 'är tom'],
  [/^is longer than (\d+) characters$/, 'är längre än $1 tecken'],
  [
    /^is a number that a spreadsheet has rounded.*$/,
    'är ett tal som ett kalkylblad har avrundat; formatera kolumnen som text och skriv in det igen',
  ],
  [/^stands for nobody in particular$/, 'står inte för någon bestämd'],
  [/^is not an e-mail address$/, 'är inte en e-postadress'],
  [/^is not a mailbox of the directory$/, 'är inte en postlåda i katalogen'],
  [/^is not after Valid From$/, 'är inte efter Valid From'],
  [/^is neither a date \((.*)\) nor a time \((.*)\)$/, 'är varken ett datum ($1) eller en tid ($2)'],
  [/^says the same as line (\d+)$/, 'säger detsamma som rad $1'],
  [
    /^has a time of validity that overlaps with line (\d+)$/,
    'har en giltighetstid som överlappar den på rad $1',
  ],
  [/^has (\d+) columns where the header has (\d+)$/, 'har $1 kolumner där rubrikraden har $2'],
  [/^contains a NUL byte$/, 'innehåller ett NUL-tecken'],
  [/^contains a line break$/, 'innehåller en radbrytning'],
  [/^a quotation mark is opened and never closed$/, 'ett citattecken öppnas och stängs aldrig'],
  [
    /^a quotation mark stands inside a cell.*$/,
    'ett citattecken står inne i en cell; dubblera det, och sätt cellen inom citattecken',
  ],
  [
    /^is too long; a quotation mark is probably not closed$/,
    'är för lång; troligen är ett citattecken inte stängt',
  ],
  [/^cannot be read as CSV$/, 'kan inte läsas som CSV'],
]

export function useReason(): (reason: string) => string {
  const [language] = useLanguage()
  return reason => {
    if (language === 'en') return reason
    const known = SWEDISH.find(([pattern]) => pattern.test(reason))
    return known === undefined ? reason : reason.replace(known[0], known[1])
  }
}
