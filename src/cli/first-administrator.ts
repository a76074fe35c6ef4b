/** Shows the first administrator of an archive that has no person yet: made at its creation, or when it is first served. */
import type { Ground } from '../ground.ts'
import { addFirstAdministrator, consoleActor } from '../identity/identity.ts'
import { print } from './terminal.ts'

export async function printFirstAdministrator(ground: Ground): Promise<void> {
  const made = await addFirstAdministrator(ground, consoleActor())
  if (!made) return
  print('The first administrator of the portal, shown this once:')
  print(`  User name   ${made.username}`)
  print(`  Password    ${made.password}`)
  print('The password must be changed at the first sign-in.')
  print()
}
