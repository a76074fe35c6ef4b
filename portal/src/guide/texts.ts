import { textsOf } from '../parts/language.ts'

export const guideTexts = textsOf('guide', {
  en: {
    pages: 'Pages of the guide',
    guide: 'Guide',
    operating: 'Operating',
    formats: 'Formats',
    inEnglish: 'The guide is written in English.',
    keys: 'Keys',
    keyJump: 'Go to a page, mailbox or connector',
    keyRows: 'From row to row of a table',
    keyEnds: 'First and last row',
    keyOpen: 'Open the row',
    keyClose: 'Close a panel, dialog or menu',
  },
  sv: {
    pages: 'Handbokens sidor',
    guide: 'Handbok',
    operating: 'Drift',
    formats: 'Format',
    inEnglish: 'Handboken är skriven på engelska.',
    keys: 'Tangenter',
    keyJump: 'Gå till en sida, postlåda eller anslutning',
    keyRows: 'Från rad till rad i en tabell',
    keyEnds: 'Första och sista raden',
    keyOpen: 'Öppna raden',
    keyClose: 'Stäng en panel, dialogruta eller meny',
  },
})
