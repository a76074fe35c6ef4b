/**
 * The refusals that people meet in the portal, in their own words: what was refused, and how to mend it here. Codes
 * are those of `src/errors.ts`. Without a line here the archive's own English is shown; `hint` may be left out in
 * English where the archive's hint says it as well for a page as for the command line.
 */
import { DISPOSITION_PROBLEM_WORDS } from './disposition-problem-words.ts'
import { ERASURE_PROBLEM_WORDS } from './erasure-problem-words.ts'
import { IMPORT_PROBLEM_WORDS } from './import-problem-words.ts'
import type { Language } from './languages.ts'
import { invalid, type ProblemEntry, unknown } from './problem-entry.ts'
import { RETENTION_PROBLEM_WORDS } from './retention-problem-words.ts'

const changed: ProblemEntry = {
  en: { title: 'Somebody else changed it meanwhile', hint: 'Load it again, then make your change.' },
  sv: { title: 'Någon annan har ändrat det under tiden', hint: 'Läs in det igen och gör sedan din ändring.' },
}
export const PROBLEM_WORDS: Readonly<Record<string, ProblemEntry>> = {
  ...IMPORT_PROBLEM_WORDS,
  ...DISPOSITION_PROBLEM_WORDS,
  ...ERASURE_PROBLEM_WORDS,
  ...RETENTION_PROBLEM_WORDS,
  UNREACHABLE: {
    en: {
      title: 'The archive does not answer',
      hint: 'Check your network. If it is fine, Holdfast may be stopped.',
    },
    sv: { title: 'Arkivet svarar inte', hint: 'Kontrollera nätet. Fungerar det kan Holdfast vara stoppat.' },
  },
  INTERNAL: {
    en: {
      title: 'Something unexpected went wrong',
      hint: 'Give your administrator the reference number: the log says more under it.',
    },
    sv: {
      title: 'Något oväntat gick fel',
      hint: 'Ge administratören referensnumret: loggen säger mer under det.',
    },
  },
  DATABASE_UNREACHABLE: {
    en: {
      title: 'The database does not answer',
      hint: 'Nothing is lost. Try again in a moment; if it lasts, check that PostgreSQL runs.',
    },
    sv: {
      title: 'Databasen svarar inte',
      hint: 'Inget går förlorat. Försök igen om en stund. Kontrollera annars att PostgreSQL är igång.',
    },
  },
  STORAGE_FAILED: {
    en: { title: 'The storage does not answer' },
    sv: {
      title: 'Lagringen svarar inte',
      hint: 'Kontrollera lagringens utrymme, behörigheter och nåbarhet. Inget går förlorat.',
    },
  },
  STORAGE_MISSING: {
    en: { title: 'A stored object is missing' },
    sv: {
      title: 'Ett lagrat objekt saknas',
      hint: 'Återställ det från en säkerhetskopia. Kommandot holdfast fsck listar alla.',
    },
  },
  VAULT_DAMAGED: {
    en: { title: 'The stored bytes are damaged' },
    sv: {
      title: 'De lagrade byten är skadade',
      hint: 'Återställ objektet från en säkerhetskopia. Kommandot holdfast fsck listar alla.',
    },
  },
  REQUEST_INVALID: invalid('The archive does not take this', 'Arkivet tar inte emot det här'),
  REQUEST_TOO_LARGE: {
    en: { title: 'That is too large', hint: 'Choose a smaller file.' },
    sv: { title: 'Det är för stort', hint: 'Välj en mindre fil.' },
  },
  REQUEST_TYPE: {
    en: { title: 'That kind of file is not taken', hint: 'Choose a file of the kind that is asked for.' },
    sv: { title: 'Den sortens fil tas inte emot', hint: 'Välj en fil av det slag som efterfrågas.' },
  },
  REQUEST_THROTTLED: {
    en: { title: 'Too many requests in a short time', hint: 'Wait a moment, then try again.' },
    sv: { title: 'För många förfrågningar på kort tid', hint: 'Vänta en stund och försök igen.' },
  },
  ROUTE_UNKNOWN: {
    en: {
      title: 'The archive does not know this call',
      hint: 'Load the page again: the portal may be of another version than the archive.',
    },
    sv: {
      title: 'Arkivet känner inte till anropet',
      hint: 'Läs in sidan igen: portalen kan ha en annan version än arkivet.',
    },
  },
  CSRF_REFUSED: {
    en: { title: 'The page is no longer valid', hint: 'Load the page again, then try once more.' },
    sv: { title: 'Sidan gäller inte längre', hint: 'Läs in sidan igen och försök sedan en gång till.' },
  },
  NOT_SIGNED_IN: {
    en: { title: 'You are not signed in' },
    sv: { title: 'Du är inte inloggad', hint: 'Logga in först.' },
  },
  ROLE_MISSING: {
    en: { title: 'You lack a role for this' },
    sv: {
      title: 'Du saknar en roll för det här',
      hint: 'En medlem i Organization Management kan lägga till rollen i en av dina rollgrupper, under Behörigheter.',
    },
  },
  REVISION_STALE: changed,
  REVISION_MISSING: changed,

  SIGN_IN_WRONG: {
    en: { title: 'User name or password is wrong' },
    sv: {
      title: 'Användarnamnet eller lösenordet är fel',
      hint: 'Kontrollera båda. Efter fem felaktiga försök får namnet vänta en minut, sedan längre.',
    },
  },
  SIGN_IN_LOCKED: {
    en: { title: 'Too many wrong tries', hint: 'Wait until the time named, then try again.' },
    sv: { title: 'För många felaktiga försök', hint: 'Vänta till tiden som nämns och försök sedan igen.' },
  },
  SESSION_EXPIRED: {
    en: { title: 'Your session has ended', hint: 'Sign in again.' },
    sv: { title: 'Din session har upphört', hint: 'Logga in igen.' },
  },
  SECOND_FACTOR_NEEDED: {
    en: { title: 'The second factor comes first' },
    sv: {
      title: 'Den andra faktorn kommer först',
      hint: 'Ange koden i autentiseringsappen, eller en återställningskod.',
    },
  },
  REINDEX_NEEDED: {
    en: { title: 'The index has to be made anew' },
    sv: {
      title: 'Indexet måste göras om',
      hint: 'Kör holdfast reindex: posterna gjordes av en annan version.',
    },
  },
  MASTER_KEY_NOT_COPIED: {
    en: { title: 'The master key has not been copied' },
    sv: {
      title: 'Huvudnyckeln är inte kopierad',
      hint: 'Kopiera den till en säker plats och kör holdfast init --master-key-copied.',
    },
  },
  SECOND_FACTOR_WRONG: {
    en: { title: 'The code is wrong' },
    sv: { title: 'Koden är fel', hint: 'Vänta på appens nästa kod och ange den. Varje kod gäller en gång.' },
  },
  SECOND_FACTOR_SET: {
    en: { title: 'The second factor is on already' },
    sv: {
      title: 'Den andra faktorn är redan på',
      hint: 'Stäng av den först. Den som har tappat den frågar någon med Role Management.',
    },
  },
  SESSION_NEEDED: {
    en: { title: 'This needs a person who is signed in' },
    sv: { title: 'Det här kräver en inloggad person', hint: 'Logga in som person. En token räcker inte.' },
  },
  PASSWORD_WRONG: {
    en: { title: 'The password is wrong' },
    sv: { title: 'Lösenordet är fel', hint: 'Ange det lösenord som du loggar in med nu.' },
  },
  PASSWORD_WEAK: {
    en: { title: 'The password is too easy to guess' },
    sv: {
      title: 'Lösenordet är för lätt att gissa',
      hint: 'Välj ett med minst 12 tecken som ingen annan skulle välja, och som du inte har haft förut.',
    },
  },
  PERSON_UNKNOWN: unknown('There is no such person', 'Personen finns inte'),
  PERSON_EXISTS: {
    en: { title: 'The user name is taken' },
    sv: { title: 'Användarnamnet är upptaget', hint: 'Välj ett annat, eller redigera personen som har det.' },
  },
  PERSON_INVALID: invalid('The person cannot be saved', 'Personen kan inte sparas'),
  ROLE_GROUP_UNKNOWN: unknown('There is no such role group', 'Rollgruppen finns inte'),
  ROLE_GROUP_EXISTS: {
    en: { title: 'The name is taken' },
    sv: { title: 'Namnet är upptaget', hint: 'Välj ett annat, eller redigera rollgruppen som har det.' },
  },
  ROLE_GROUP_INVALID: invalid('The role group cannot be saved', 'Rollgruppen kan inte sparas'),
  ROLE_MANAGER_LAST: {
    en: { title: 'Nobody could manage roles any more' },
    sv: {
      title: 'Ingen skulle längre kunna hantera roller',
      hint: 'Ge först någon annan en rollgrupp med Role Management.',
    },
  },
  TOKEN_UNKNOWN: unknown('There is no such token', 'Token finns inte'),
  TOKEN_INVALID: invalid('The token cannot be made', 'Token kan inte skapas'),
  OIDC_UNREACHABLE: {
    en: { title: 'The organisation’s sign-in does not answer' },
    sv: {
      title: 'Organisationens inloggning svarar inte',
      hint: 'Kontrollera utfärdaren i inloggningsinställningarna, och att servern når den.',
    },
  },
  OIDC_REFUSED: {
    en: { title: 'The organisation’s account was refused' },
    sv: {
      title: 'Organisationens konto avvisades',
      hint: 'Fråga den som hanterar behörigheter: sidan Granskning säger varför.',
    },
  },
  SIGN_IN_SETTINGS_INVALID: invalid(
    'The sign-in settings cannot be saved',
    'Inloggningsinställningarna kan inte sparas',
  ),

  PROOF_NOT_READY: {
    en: { title: 'The proof is not ready yet' },
    sv: {
      title: 'Beviset är inte klart än',
      hint: 'Försök igen om några sekunder: posten får sin kontrollpunkt inom 5 s.',
    },
  },
  AUDIT_DAMAGED: {
    en: { title: 'The audit log does not hold' },
    sv: {
      title: 'Granskningsloggen håller inte',
      hint: 'Behåll databasen som den är och jämför med den senaste säkerhetskopian.',
    },
  },
  AUDIT_ENTRY_UNKNOWN: unknown('There is no such entry', 'Posten finns inte'),
  VERIFICATION_RUNNING: {
    en: { title: 'A verification is under way', hint: 'Wait for it; its verdict stays on this page.' },
    sv: { title: 'En kontroll pågår', hint: 'Vänta på den. Utslaget blir kvar på sidan.' },
  },
  VERIFICATION_UNKNOWN: unknown('There is no such verification', 'Kontrollen finns inte'),
  ALERT_UNKNOWN: unknown('There is no such alert', 'Aviseringen finns inte'),
  ALERT_RULE_INVALID: invalid('The rule cannot be saved', 'Regeln kan inte sparas'),
  CHANNEL_UNKNOWN: unknown('There is no such channel', 'Kanalen finns inte'),
  CHANNEL_INVALID: invalid('The channel cannot be saved', 'Kanalen kan inte sparas'),
  CHANNEL_ADDRESS_REFUSED: {
    en: { title: 'The address is not taken' },
    sv: {
      title: 'Adressen tas inte emot',
      hint: 'Använd en https-adress på internet, eller tillåt privata adresser för kanalen.',
    },
  },
  CHANNEL_FAILED: {
    en: { title: 'The message was not taken' },
    sv: {
      title: 'Meddelandet togs inte emot',
      hint: 'Kontrollera kanalens inställningar och mottagaren. Meddelanden skickas igen av sig själva.',
    },
  },
  ITEM_UNKNOWN: unknown(
    'There is no such item, or it is not one you may see',
    'Objektet finns inte, eller så får du inte se det',
  ),
  ITEM_DISPOSED: {
    en: { title: 'The item was disposed of' },
    sv: {
      title: 'Objektet är gallrat',
      hint: 'Det gick enligt sina regler eller på begäran om radering och finns inte kvar. Gallringsbeviset säger vad som gällde och när.',
    },
  },
  ITEM_NOT_DISPOSED: unknown('Nothing of this item was disposed of', 'Inget av objektet är gallrat'),
  DISPOSAL_UNKNOWN: unknown('There is no such disposal', 'Gallringen finns inte'),
  FOLDER_UNKNOWN: unknown('There is no such folder', 'Mappen finns inte'),
  CONVERSATION_UNKNOWN: unknown('There is no such conversation', 'Konversationen finns inte'),
  ATTACHMENT_UNKNOWN: unknown('There is no such attachment', 'Bilagan finns inte'),
  ITEM_UNREADABLE: {
    en: { title: 'The item cannot be read' },
    sv: {
      title: 'Objektet går inte att läsa',
      hint: 'Det är förseglat som det togs emot. Hämta originalet.',
    },
  },
  QUERY_INVALID: {
    en: { title: 'The query cannot be read' },
    sv: { title: 'Sökfrågan går inte att läsa', hint: 'Rätta frågan på stället som nämns.' },
  },
}

/** What to say of a problem: our words for its code, else the archive's. */
export function problemWords(
  problem: {
    readonly code: string
    readonly title: string
    readonly detail: string | null
    readonly hint: string | null
  },
  language: Language,
): { readonly title: string; readonly detail: string | null; readonly hint: string | null } {
  const words = PROBLEM_WORDS[problem.code]?.[language]
  if (words === undefined)
    return { title: sentence(problem.detail ?? problem.title), detail: null, hint: problem.hint }
  return {
    title: words.title,
    detail: problem.detail === null ? null : sentence(problem.detail),
    hint: words.hint ?? problem.hint,
  }
}

/** The archive's messages begin small, as a part of a line of the log. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}
