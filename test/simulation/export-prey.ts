/**
 * Makes an export, and is killed at the event that PREY_DIES names: the number of the event, counted over writing to
 * storage and committing, each before and after it took place.
 */
import { readConfig } from '../../src/config.ts'
import { performExport } from '../../src/export/export.ts'
import { openGround } from '../../src/ground.ts'

const [exportId = '', dies = '0', copiesMax = '10000'] = process.argv.slice(2)
const ground = await openGround(readConfig(), { mode: 'attach-or-own' })

let events = 0
function event(): void {
  if (++events === Number(dies)) process.kill(process.pid, 'SIGKILL')
}

async function between<T>(work: () => Promise<T>): Promise<T> {
  event()
  const result = await work()
  event()
  return result
}

const prey: typeof ground = {
  ...ground,
  storage: { ...ground.storage, put: (name, content) => between(() => ground.storage.put(name, content)) },
  database: { ...ground.database, transaction: work => between(() => ground.database.transaction(work)) },
}
await performExport(prey, exportId, new AbortController().signal, Number(copiesMax))
await ground.close()
