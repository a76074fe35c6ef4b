/** What the portal says of one code of `src/errors.ts`: what was refused, and how to mend it. */
type Words = { readonly title: string; readonly hint?: string }
export type ProblemEntry = { readonly en: Words; readonly sv: Required<Words> }

/** Of something that is not there. */
export const unknown = (en: string, sv: string): ProblemEntry => ({
  en: { title: en, hint: 'It may have been removed. Go back to the list and load it again.' },
  sv: { title: sv, hint: 'Det kan ha tagits bort. Gå tillbaka till listan och läs in den igen.' },
})
/** Of something that cannot be saved as it is. */
export const invalid = (en: string, sv: string): ProblemEntry => ({
  en: { title: en, hint: 'Mend what is named, and try again.' },
  sv: { title: sv, hint: 'Rätta det som nämns och försök igen.' },
})
