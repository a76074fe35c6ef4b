/**
 * Somebody must be able to give roles: no change may take Role Management from the last active person who has it.
 * Changes of who has which role are made one after the other, so that two of them cannot each spare the other's last.
 */
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

async function managers(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(distinct p.person_id) as count
     from person p join role_group_member m using (person_id) join role_group g using (role_group_id)
     where p.status = 'active' and 'Role Management' = any(g.roles)`,
  )
  return row?.count ?? 0
}

/**
 * Has the caller's transaction wait its turn among changes of who has which role. It comes before any lock of a person
 * or a group: such a change grows the version as well, and two that take the locks crosswise would wait for ever.
 */
export async function takeTurn(tx: Transaction): Promise<void> {
  await tx.query('select version from identity_version for update')
}

/** To be called before a change; `check` after it throws ROLE_MANAGER_LAST if the change took away the last one. */
export async function keepRoleManager(tx: Transaction): Promise<{ check(): Promise<void> }> {
  await takeTurn(tx)
  const before = await managers(tx)
  return {
    check: async () => {
      if (before > 0 && (await managers(tx)) === 0)
        throw new HoldfastError('ROLE_MANAGER_LAST', 'nobody would be left who can give roles')
    },
  }
}
