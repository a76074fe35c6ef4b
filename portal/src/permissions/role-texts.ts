/** What each role allows, in a line. The names themselves are Microsoft's, in every language. */
import type { Role } from '../client/role.ts'
import { textsOf, useTexts } from '../parts/language.ts'

const texts = textsOf('roles', {
  en: {
    'Mailbox Import Export': 'Create, run and remove connectors; map numbers; assign what is unmapped',
    'Organization Configuration': 'Settings, keys, alerts, sign-in, backup',
    'View-Only Configuration': 'See connectors, runs, failures and the directory, without content',
    'Mail Recipients': 'Import and change the directory',
    'Role Management': 'People, role groups and tokens',
    'Audit Logs': 'Read, take out and verify the audit log',
    'Compliance Search': 'Count what a search finds; saved searches, runs and term reports',
    Preview: 'Read mailboxes, conversations and messages',
    Export: 'Make export packages; take messages out with their proofs',
    Hold: 'Place holds; see restricted items',
    'Case Management': 'Without a limit: see everybody’s saved searches and term reports',
    Review: 'Review what was collected for a case',
    'Retention Management': 'Set how long items are kept; erasure requests',
    'Disposition Management': 'Review what is due to be disposed of; pause and limit disposal',
    'Communication Compliance': 'Review what a policy picked',
  },
  sv: {
    'Mailbox Import Export': 'Skapa, köra och ta bort anslutningar; mappa nummer; tilldela det omappade',
    'Organization Configuration': 'Inställningar, nycklar, aviseringar, inloggning, säkerhetskopior',
    'View-Only Configuration': 'Se anslutningar, körningar, fel och katalogen, utan innehåll',
    'Mail Recipients': 'Importera och ändra katalogen',
    'Role Management': 'Personer, rollgrupper och token',
    'Audit Logs': 'Läsa, ta ut och verifiera granskningsloggen',
    'Compliance Search': 'Räkna vad en sökning hittar; sparade sökningar, körningar och termrapporter',
    Preview: 'Läsa postlådor, konversationer och meddelanden',
    Export: 'Göra exportpaket; ta ut meddelanden med deras bevis',
    Hold: 'Lägga bevarandekrav; se begränsade objekt',
    'Case Management': 'Utan gräns: se allas sparade sökningar och termrapporter',
    Review: 'Granska det som samlats in till ett ärende',
    'Retention Management': 'Bestämma hur länge objekt sparas; begäranden om radering',
    'Disposition Management': 'Granska det som ska gallras; pausa och begränsa gallringen',
    'Communication Compliance': 'Granska det som en princip har valt ut',
  },
})

export function useRoleText(): (role: Role) => string {
  return useTexts(texts)
}
