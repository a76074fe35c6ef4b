/** What the portal says of refusals on the way from the source to the mailboxes. */
import { invalid, type ProblemEntry, unknown } from './problem-entry.ts'

export const IMPORT_PROBLEM_WORDS: Readonly<Record<string, ProblemEntry>> = {
  DIRECTORY_INVALID: {
    en: { title: 'The directory file has errors' },
    sv: {
      title: 'Katalogfilen har fel',
      hint: 'Rätta raderna som nämns och läs in filen igen. Inget av den har använts.',
    },
  },
  MAPPING_INVALID: {
    en: { title: 'The mapping file has errors' },
    sv: {
      title: 'Mappningsfilen har fel',
      hint: 'Rätta raderna som nämns och läs in filen igen. Inget av den har använts.',
    },
  },
  MAPPING_ENTRY_UNKNOWN: unknown('There is no such line in the mapping', 'Raden finns inte i mappningen'),
  CSV_INVALID: {
    en: { title: 'This is not a CSV file as expected' },
    sv: {
      title: 'Det här är inte en CSV-fil som den ska vara',
      hint: 'Spara filen som CSV i UTF-8, med mallens kolumner.',
    },
  },
  MAILBOX_UNKNOWN: {
    en: {
      title: 'There is no such mailbox',
      hint: 'Look it up under Mailboxes; import the directory if it is missing.',
    },
    sv: {
      title: 'Postlådan finns inte',
      hint: 'Sök upp den under Postlådor. Läs in katalogen om den saknas.',
    },
  },

  SITE_UNREACHABLE: {
    en: {
      title: 'The site does not answer',
      hint: 'Check its address. An import goes on by itself when it answers again.',
    },
    sv: {
      title: 'Webbplatsen svarar inte',
      hint: 'Kontrollera adressen. En import fortsätter av sig själv när den svarar igen.',
    },
  },
  SITE_REFUSED: {
    en: { title: 'The site answered with an error' },
    sv: { title: 'Webbplatsen svarade med ett fel', hint: 'En import görs om av sig själv.' },
  },
  SITE_SIGN_IN_WRONG: {
    en: {
      title: 'The site refuses the user name or password',
      hint: 'Enter both again, as TeleMessage gave them.',
    },
    sv: {
      title: 'Webbplatsen avvisar användarnamnet eller lösenordet',
      hint: 'Ange båda igen, så som TeleMessage gav dem.',
    },
  },
  SITE_SIGN_IN_SUSPENDED: {
    en: { title: 'The account is suspended at the site' },
    sv: {
      title: 'Kontot är avstängt hos webbplatsen',
      hint: 'Be dess administratör att häva avstängningen.',
    },
  },
  SITE_THROTTLED: {
    en: { title: 'The site asked to slow down', hint: 'Wait a minute, then try again.' },
    sv: { title: 'Webbplatsen bad om lägre takt', hint: 'Vänta en minut och försök igen.' },
  },
  SITE_ANSWER_INVALID: {
    en: { title: 'The site’s answer cannot be read' },
    sv: { title: 'Webbplatsens svar går inte att läsa', hint: 'Sidan läses igen.' },
  },
  SITE_REDIRECTED: {
    en: { title: 'The site points to another host' },
    sv: {
      title: 'Webbplatsen pekar på en annan värd',
      hint: 'Det följs aldrig. Kontrollera webbplatsens adress.',
    },
  },
  SITE_NOT_TLS: {
    en: { title: 'The address is not https' },
    sv: {
      title: 'Adressen är inte https',
      hint: 'Använd webbplatsens https-adress. Vanlig http godtas bara på den egna datorn.',
    },
  },
  SITE_NOT_DEMONSTRATION: {
    en: { title: 'A demonstration takes no other site' },
    sv: {
      title: 'En demonstration tar ingen annan webbplats',
      hint: 'Kör holdfast init för ett riktigt arkiv.',
    },
  },
  SITE_IS_DEMONSTRATION: {
    en: { title: 'The site serves invented traffic' },
    sv: {
      title: 'Webbplatsen ger påhittad trafik',
      hint: 'Den tas aldrig in i ett riktigt arkiv. Kör npm start för att prova den.',
    },
  },
  SITE_ADDRESS_INVALID: {
    en: { title: 'The address of the site is wrong' },
    sv: {
      title: 'Webbplatsens adress är fel',
      hint: 'Ange den som https://värd, med port och sökväg om det behövs, och inget mer.',
    },
  },
  SITE_CERTIFICATE: {
    en: { title: 'The site’s certificate is not trusted' },
    sv: {
      title: 'Webbplatsens certifikat är inte betrott',
      hint: 'Kontrollera adressen och de betrodda utfärdarna.',
    },
  },
  CONNECTOR_UNKNOWN: unknown('There is no such connector', 'Anslutningen finns inte'),
  CONNECTOR_INVALID: invalid('The connector cannot be saved', 'Anslutningen kan inte sparas'),
  CONNECTOR_EXISTS: {
    en: { title: 'This account and product have a connector already' },
    sv: { title: 'Kontot och produkten har redan en anslutning', hint: 'Redigera den.' },
  },
  CONNECTOR_UNFINISHED: {
    en: { title: 'The connector is not set up to the end' },
    sv: {
      title: 'Anslutningen är inte färdiginställd',
      hint: 'Slutför den, eller kasta den, under Dataanslutningar.',
    },
  },
  CONNECTOR_PAUSED: {
    en: { title: 'The connector is paused' },
    sv: { title: 'Anslutningen är pausad', hint: 'Återuppta den först.' },
  },
  PRODUCT_NOT_IN_ACCOUNT: {
    en: { title: 'The account does not have this product' },
    sv: {
      title: 'Kontot har inte produkten',
      hint: 'Be TeleMessage lägga till den, eller logga in med ett konto som har den.',
    },
  },
  TERMS_NOT_ACCEPTED: {
    en: { title: 'The terms of service are not accepted' },
    sv: { title: 'Användningsvillkoren är inte godkända', hint: 'Godkänn dem först.' },
  },
  RUN_OPEN: {
    en: {
      title: 'A run of this connector is under way',
      hint: 'Wait for it; its progress is shown on the connector’s page.',
    },
    sv: {
      title: 'En körning av anslutningen pågår',
      hint: 'Vänta på den. Förloppet visas på anslutningens sida.',
    },
  },
  RUN_UNKNOWN: unknown('There is no such run', 'Körningen finns inte'),
  WINDOW_INVALID: {
    en: { title: 'The window is wrong', hint: 'Give a beginning that is before the end.' },
    sv: { title: 'Tidsfönstret är fel', hint: 'Ange en början som ligger före slutet.' },
  },
  PRODUCT_UNKNOWN: unknown('There is no such product', 'Produkten finns inte'),
  REPLAY_UNKNOWN: {
    en: { title: 'There is no such replay', hint: 'Ask for another one; the page shows what is left.' },
    sv: { title: 'Omkörningen finns inte', hint: 'Begär en ny. Sidan visar vad som är kvar.' },
  },
  RUN_INCOMPLETE: {
    en: {
      title: 'The sums of the run do not add up',
      hint: 'The run’s page says which. Nothing was dropped.',
    },
    sv: { title: 'Körningens summor stämmer inte', hint: 'Körningens sida säger vilka. Inget har kastats.' },
  },
  SITE_ANSWER_TOO_LARGE: {
    en: { title: 'The site’s answer is too large' },
    sv: {
      title: 'Webbplatsens svar är för stort',
      hint: 'Be webbplatsen om mindre sidor, eller höj gränsen.',
    },
  },
  SITE_CONTENT_MISSING: {
    en: { title: 'The site no longer has this content' },
    sv: {
      title: 'Webbplatsen har inte längre innehållet',
      hint: 'Objektet behålls som misslyckat. Be webbplatsen om det och hämta fönstret igen.',
    },
  },
}
