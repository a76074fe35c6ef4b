/** All that workers do for what is kept, until nothing is left to do: in the simulation, and in a process that it kills. */

import { performErasure } from '../../src/erasure/erasure.ts'
import type { Ground } from '../../src/ground.ts'
import { evaluateHolds } from '../../src/hold/hold.ts'
import { performOpenArchiving } from '../../src/in-place-archive/in-place-archive.ts'
import {
  askLabelQueries,
  finishDisposals,
  performDisposition,
  performOpenEvaluations,
} from '../../src/retention/retention.ts'

export const STAGES = ['evaluation', 'hold', 'label', 'archive', 'erasure', 'disposition', 'ending'] as const
export type Stage = (typeof STAGES)[number]

const { signal } = new AbortController()

/** Does it in this order; `enter` is told of each stage as it begins. */
export async function workAll(ground: Ground, enter: (stage: Stage) => void = () => {}): Promise<void> {
  enter('evaluation')
  await performOpenEvaluations(ground)
  enter('hold')
  await evaluateHolds(ground)
  enter('label')
  await askLabelQueries(ground)
  enter('archive')
  await performOpenArchiving(ground, signal)
  enter('erasure')
  for (const row of await ground.database.query<{ id: number }>(
    `select request_id as id from erasure_request where state = 'working' order by request_id`,
  ))
    await performErasure(ground, row.id)
  enter('disposition')
  for (const row of await ground.database.query<{ id: number }>(
    'select run_id as id from disposition_run where ended_at is null order by run_id',
  ))
    await performDisposition(ground, row.id, signal)
  enter('ending')
  await finishDisposals(ground)
}
