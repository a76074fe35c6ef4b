/**
 * The portal's languages. Each area declares its texts with `textsOf` in its `texts.ts`; they are loaded with the area.
 * English gives the keys and the places (`{{name}}`); Swedish must have the same keys, and TypeScript says where a text
 * is called without its values. A key that counts has the forms `…_one` and `…_other` and is called without the ending.
 */
import i18next from 'i18next'
import { useMemo } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { LANGUAGES, type Language } from './languages.ts'
import { preference, setPreference } from './preference.ts'

export type { Language } from './languages.ts'

type Entries = Readonly<Record<string, string>>
export type Texts<En extends Entries> = { readonly area: string; readonly en: En }

type Whole<Key extends string> = Key extends `${infer Base}_${'one' | 'other'}` ? Base : Key
type Trim<Name extends string> = Name extends `${infer Before} `
  ? Trim<Before>
  : Name extends ` ${infer After}`
    ? Trim<After>
    : Name
type Place<Inner extends string> = Inner extends `${infer Name},${string}` ? Trim<Name> : Trim<Inner>
type Places<Text extends string> = Text extends `${string}{{${infer Inner}}}${infer Rest}`
  ? Place<Inner> | Places<Rest>
  : never
type Forms<En extends Entries, Key extends string> =
  | (Key extends keyof En ? En[Key] : never)
  | (`${Key}_one` extends keyof En ? En[`${Key}_one`] | '{{count}}' : never)
  | (`${Key}_other` extends keyof En ? En[`${Key}_other`] : never)
type Values<En extends Entries, Key extends string> = {
  readonly [Name in Places<Forms<En, Key>>]: string | number
}

/** Gives the text of a key in the person's language. */
export type Say<En extends Entries> = <Key extends Whole<keyof En & string>>(
  key: Key,
  ...values: [Places<Forms<En, Key>>] extends [never] ? [] : [Values<En, Key>]
) => string

function firstLanguage(): Language {
  const known = (tag: string | null) => LANGUAGES.find(each => tag?.toLowerCase().startsWith(each))
  return (
    known(preference('language')) ?? navigator.languages.map(known).find(each => each !== undefined) ?? 'en'
  )
}

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: 'en',
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
})
document.documentElement.lang = i18next.language

/** Declares the texts of an area. */
export function textsOf<const En extends Entries>(
  area: string,
  languages: { readonly en: En; readonly sv: { readonly [Key in keyof En]: string } },
): Texts<En> {
  for (const language of LANGUAGES) i18next.addResourceBundle(language, area, languages[language], true, true)
  return { area, en: languages.en }
}

/** The texts of an area, in the person's language. */
export function useTexts<En extends Entries>(texts: Texts<En>): Say<En> {
  const { i18n } = useTranslation(texts.area)
  const { language } = i18n
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new function for each language, so that memos follow it
  return useMemo<Say<En>>(
    () =>
      (key, ...values) =>
        i18n.t(key, { ns: texts.area, ...values[0] }),
    [texts, language],
  )
}

export function useLanguage(): [Language, (language: Language) => void] {
  const { i18n } = useTranslation()
  return [i18n.language === 'sv' ? 'sv' : 'en', chooseLanguage]
}

/** Chooses a language on this computer. */
export function chooseLanguage(language: Language): void {
  setPreference('language', language)
  speak(language)
}

/** The language of the person's account, where none was chosen on this computer. */
export function suggestLanguage(language: Language): void {
  if (preference('language') === null) speak(language)
}

function speak(language: Language): void {
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

/** The locale to write numbers and times by: the browser's own variant of the chosen language, if it has one. */
export function localeOf(language: Language): string {
  return (
    navigator.languages.find(each => each.toLowerCase().startsWith(language)) ??
    (language === 'en' ? 'en-GB' : 'sv-SE')
  )
}
