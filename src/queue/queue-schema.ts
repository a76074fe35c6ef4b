/** The queue's own tables, made and upgraded by pg-boss as the owner's role, with the program's rights on them. */
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { isConnectionFailure, PROGRAM_ROLE, placeOf } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { QUEUE_SETTINGS, queueOptions } from './queue-settings.ts'

function grants(role: string): string {
  const program = pg.escapeIdentifier(role)
  return [
    `revoke all on schema pgboss from public, ${program}`,
    `grant usage on schema pgboss to ${program}`,
    `revoke all on all tables in schema pgboss from public, ${program}`,
    `grant select, insert, update, delete on all tables in schema pgboss to ${program}`,
    `grant usage on all sequences in schema pgboss to ${program}`,
    `revoke all on all functions in schema pgboss from public`,
    `grant execute on all functions in schema pgboss to ${program}`,
  ].join(';\n')
}

/**
 * Makes the queues `names` as the owner's role, or brings them up to date, and lets `programRole` use them. Safe to
 * call again. Throws DATABASE_UNREACHABLE.
 */
export async function createQueues(
  ownerUrl: string,
  names: readonly string[],
  programRole: string = PROGRAM_ROLE,
): Promise<void> {
  const boss = new PgBoss({
    ...QUEUE_SETTINGS,
    connectionString: ownerUrl,
    application_name: 'holdfast queues',
    max: 1,
    createSchema: true,
    migrate: true,
    supervise: false,
  })
  boss.on('error', () => {})
  try {
    await boss.start()
    const existing = new Set((await boss.getQueues()).map(queue => queue.name))
    const { policy, ...changeable } = queueOptions
    for (const name of names) {
      if (existing.has(name)) await boss.updateQueue(name, changeable)
      else await boss.createQueue(name, { policy, ...changeable })
    }
    // One at a time: of two programs that start together and grant the same, PostgreSQL fails one (XX000).
    const lock = `select pg_advisory_xact_lock(hashtextextended('holdfast queues', 0))`
    await boss.getDb().executeSql(`begin; ${lock}; ${grants(programRole)}; commit`)
  } catch (error) {
    if (!isConnectionFailure(error)) throw error
    throw new HoldfastError('DATABASE_UNREACHABLE', placeOf(ownerUrl), { cause: error })
  } finally {
    await boss.stop({ graceful: false }).catch(() => {})
  }
}
