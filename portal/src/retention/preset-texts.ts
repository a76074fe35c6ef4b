import { textsOf } from '../parts/language.ts'

/** What the rules behind the presets ask for, and what keeping by a preset is meant to meet. No legal advice. */
export const presetTexts = textsOf('retention-presets', {
  en: {
    'sec-17a-4-says':
      'Broker-dealers keep communications for three years, some records for six, with a complete audit trail of every change, or in a form that cannot be rewritten.',
    'sec-17a-4-claims':
      'Six years, which covers both. We claim the audit-trail alternative, (f)(2)(i)(A), not the non-rewriteable form: an item’s trail is exported with the item.',
    'finra-4511-says':
      'Books and records for which no other period is set are kept for six years; those of an account from the day it is closed.',
    'finra-4511-claims':
      'Six years. For records of accounts, count from an event, the closing of the account.',
    'mifid-ii-says':
      'Investment firms record telephone conversations and electronic communications and keep them for five years, or seven where the authority asks.',
    'mifid-ii-claims': 'Five years, and two more where the authority asks.',
    'fca-sysc-10a-says':
      'Firms in the United Kingdom record telephone conversations and electronic communications, also where no deal comes of them, and keep them for five years, or seven where the FCA asks.',
    'fca-sysc-10a-claims': 'Five years, and two more where the FCA asks.',
    'cftc-1-31-says':
      'Regulatory records are kept for five years, readily accessible; records of swaps for the life of the swap and five years.',
    'cftc-1-31-claims': 'Five years. For swaps, count from an event, the end of the swap.',
  },
  sv: {
    'sec-17a-4-says':
      'Värdepappersmäklare behåller kommunikation i tre år, vissa handlingar i sex, med en fullständig granskningskedja över varje ändring, eller i en form som inte kan skrivas om.',
    'sec-17a-4-claims':
      'Sex år, vilket täcker båda. Vi hävdar alternativet med granskningskedja, (f)(2)(i)(A), inte formen som inte kan skrivas om: objektets kedja följer med när objektet exporteras.',
    'finra-4511-says':
      'Räkenskaper och handlingar som ingen annan tid gäller för behålls i sex år; de som hör till ett konto från dagen då det avslutas.',
    'finra-4511-claims': 'Sex år. För ett kontos handlingar, räkna från en händelse: att kontot avslutas.',
    'mifid-ii-says':
      'Värdepappersföretag spelar in telefonsamtal och elektronisk kommunikation och behåller dem i fem år, eller sju om myndigheten begär det.',
    'mifid-ii-claims': 'Fem år, och två till om myndigheten begär det.',
    'fca-sysc-10a-says':
      'Företag i Storbritannien spelar in telefonsamtal och elektronisk kommunikation, också när ingen affär blir av, och behåller dem i fem år, eller sju om FCA begär det.',
    'fca-sysc-10a-claims': 'Fem år, och två till om FCA begär det.',
    'cftc-1-31-says':
      'Tillsynshandlingar behålls i fem år, lätt åtkomliga; de om swappar under swappens löptid och fem år därefter.',
    'cftc-1-31-claims': 'Fem år. För swappar, räkna från en händelse: att swappen löper ut.',
  },
})
