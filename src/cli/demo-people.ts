/**
 * The demonstration's people: the first administrator, whom every archive has, and a compliance administrator of the
 * invented organisation, to whom its connectors belong and who may read. Passwords are generated, and shown once.
 */
import type { Ground } from '../ground.ts'
import {
  type Actor,
  actorOfPerson,
  addFirstAdministrator,
  addMember,
  addPerson,
  addRoleGroup,
  findPerson,
  findRoleGroup,
  holdsRole,
} from '../identity/identity.ts'

const USERNAME = 'ines.halloran'
const NAME = 'Ines Halloran'
const CONNECTORS = 'Connector Administrators'
const GROUPS = ['eDiscovery Manager', 'Compliance Administrator', 'Records Management'] as const

export type SignIn = { readonly username: string; readonly password: string; readonly may: string }

/** Makes both if they are not there. `signIns` are those made now; `owner` acts as the compliance administrator. */
export async function prepareDemonstrationPeople(
  ground: Ground,
  actor: Actor,
): Promise<{ owner: Actor; signIns: SignIn[] }> {
  const signIns: SignIn[] = []
  const administrator = await addFirstAdministrator(ground, actor)
  if (administrator)
    signIns.push({
      ...administrator,
      may: 'runs the archive: settings, permissions, audit; reads no messages',
    })
  let person = await findPerson(ground.database, USERNAME)
  if (!person) {
    const added = await addPerson(ground, actor, { username: USERNAME, displayName: NAME })
    person = added.person
    // As Microsoft has it, Mailbox Import Export is in no role group until somebody puts it in one.
    const group = await addRoleGroup(ground, actor, {
      name: CONNECTORS,
      description: 'Creates and runs the demonstration’s connectors.',
      roles: ['Mailbox Import Export', 'View-Only Configuration', 'Mail Recipients'],
    })
    const groups = [group, ...(await Promise.all(GROUPS.map(name => findRoleGroup(ground, actor, name))))]
    for (const { roleGroupId } of groups) await addMember(ground, actor, roleGroupId, person.personId)
    signIns.push({
      username: USERNAME,
      password: added.password ?? '',
      may: 'invented compliance administrator: connectors, mailboxes, search, retention',
    })
  }
  const owner = await actorOfPerson(ground, person)
  // Whose role was taken away meanwhile sets up nothing; the console does.
  return { owner: holdsRole(owner, 'Mailbox Import Export') ? owner : actor, signIns }
}
