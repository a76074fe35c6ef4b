/** Why an item could not be filed, in words, and what mends it. */
import { textsOf, useTexts } from '../parts/language.ts'

export const reasonTexts = textsOf('reason', {
  en: {
    nobody: 'None of our people',
    'no-mapping': 'No mapping and no e-mail address',
    'mailbox-unknown': 'Leads to no mailbox of the directory',
    'mailbox-not-active': 'The mailbox was not active then',
    'no-participant': 'None of our people takes part',
    'employee-owned-phone': 'Employee-owned phone',
    unreadable: 'The record is broken',
    'item-too-large': 'Larger than the connector takes',
    'content-missing': 'An attachment is missing at the site',
    'not-storable': 'Could not be stored',
    'mend no-mapping': 'Assign the number a mailbox.',
    'mend mailbox-unknown':
      'Assign the number a mailbox, or import the mailbox (or this address as an alias of the right one) into the directory and replay.',
    'mend mailbox-not-active':
      'Assign another mailbox for that time, or correct the dates of the mailbox in the directory and replay.',
    'mend no-participant':
      'If one of the numbers is one of ours, assign it a mailbox. Or register the user at the site, or add a domain to the connector, and replay.',
    'mend employee-owned-phone':
      'The product’s terms cover company-owned phones alone. The item stays in Quarantine.',
    'mend unreadable': 'The record stays in Quarantine as received. Ask TeleMessage for it again.',
    'mend item-too-large': 'Raise the largest size in Settings and back-fill the window.',
    'mend content-missing': 'Ask TeleMessage for the attachment and back-fill the window.',
    'mend not-storable': 'The item stays in Quarantine as received. Report the case.',
  },
  sv: {
    nobody: 'Ingen av våra',
    'no-mapping': 'Ingen mappning och ingen e-postadress',
    'mailbox-unknown': 'Leder inte till någon postlåda i katalogen',
    'mailbox-not-active': 'Postlådan var inte aktiv då',
    'no-participant': 'Ingen av våra deltar',
    'employee-owned-phone': 'Privatägd telefon',
    unreadable: 'Posten är trasig',
    'item-too-large': 'Större än anslutningen tar emot',
    'content-missing': 'En bilaga saknas på webbplatsen',
    'not-storable': 'Kunde inte lagras',
    'mend no-mapping': 'Tilldela numret en postlåda.',
    'mend mailbox-unknown':
      'Tilldela numret en postlåda, eller importera postlådan (eller adressen som alias för rätt postlåda) till katalogen och kör om.',
    'mend mailbox-not-active':
      'Tilldela en annan postlåda för den tiden, eller rätta postlådans datum i katalogen och kör om.',
    'mend no-participant':
      'Är ett av numren vårt, tilldela det en postlåda. Eller registrera användaren på webbplatsen, eller lägg till en domän i anslutningen, och kör om.',
    'mend employee-owned-phone':
      'Produktens villkor gäller bara organisationens telefoner. Objektet stannar i karantän.',
    'mend unreadable': 'Posten stannar i karantän som den togs emot. Be TeleMessage om den igen.',
    'mend item-too-large': 'Höj största storleken under Inställningar och hämta om fönstret.',
    'mend content-missing': 'Be TeleMessage om bilagan och hämta om fönstret.',
    'mend not-storable': 'Objektet stannar i karantän som det togs emot. Rapportera fallet.',
  },
})

const KNOWN = Object.keys(reasonTexts.en)
type Reason = Exclude<keyof typeof reasonTexts.en, `mend ${string}` | 'nobody'>

export const REASONS = [
  'no-mapping',
  'mailbox-unknown',
  'mailbox-not-active',
  'no-participant',
] as const satisfies readonly Reason[]

/** The reason and its cure in the person's language; one that is not known stays as it is. */
export function useReasons(): { text(reason: string): string; mend(reason: string): string | null } {
  const t = useTexts(reasonTexts)
  return {
    text: reason => (KNOWN.includes(reason) ? t(reason as Reason) : reason),
    mend: reason => (KNOWN.includes(`mend ${reason}`) ? t(`mend ${reason as Reason}`) : null),
  }
}
