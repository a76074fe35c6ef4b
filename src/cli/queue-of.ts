/** The queue for a command that leaves work behind, closed again when the command is done. */
import type { Ground } from '../ground.ts'
import { openQueue, type Queue } from '../queue/queue.ts'

export async function withQueue(ground: Ground, work: (queue: Queue) => Promise<void>): Promise<void> {
  const queue = await openQueue(ground.database, { log: ground.log })
  try {
    await work(queue)
  } finally {
    await queue.stop({ graceful: false })
  }
}
