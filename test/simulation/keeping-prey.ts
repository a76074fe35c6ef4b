/**
 * Does what workers do for what is kept, at the moment KEEPING_NOW, and kills itself at the event that its arguments name:
 * stage, event, and which of them. Each transaction is three events (before it, before its commit, after it), and so is
 * each change of the storage two.
 */
import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { openGround } from '../../src/ground.ts'
import { type Stage, workAll } from './keeping-work.ts'

const [dyingStage, dyingEvent, dyingCount] = process.argv.slice(2)
const now = Number(process.env.KEEPING_NOW)
const ground = await openGround(readConfig(), {
  mode: 'attach-or-own',
  clock: { ...systemClock, now: () => now },
})

let stage: Stage | null = null
let met = 0
function event(name: string): void {
  const isInStage = stage === dyingStage || dyingStage === 'any'
  if (isInStage && name === dyingEvent && ++met === Number(dyingCount)) process.kill(process.pid, 'SIGKILL')
}

async function around<T>(what: string, work: () => Promise<T>): Promise<T> {
  event(`before-${what}`)
  const result = await work()
  event(`after-${what}`)
  return result
}

const { storage, database } = ground
const prey: typeof ground = {
  ...ground,
  storage: {
    ...storage,
    put: (name, content) => around('put', () => storage.put(name, content)),
    remove: name => around('remove', () => storage.remove(name)),
  },
  database: {
    ...database,
    transaction: work =>
      around('transaction', () =>
        database.transaction(async tx => {
          const result = await work(tx)
          event('before-commit')
          return result
        }),
      ),
  },
}
await workAll(prey, entered => {
  stage = entered
})
await ground.close()
