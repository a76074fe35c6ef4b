/** What every queue and every process that uses one is set to; queue.ts promises on these. */
import type { Queue } from 'pg-boss'

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** Of pg-boss, in the program's processes and for the owner alike. */
export const QUEUE_SETTINGS = {
  schema: 'pgboss',
  createSchema: false,
  // Runs are scheduled by pipeline/, which knows windows; pg-boss's cron does not.
  schedule: false,
  superviseIntervalSeconds: 2,
  monitorIntervalSeconds: 2,
  maintenanceIntervalSeconds: MINUTE,
  // Only the owner of an index may rebuild it, and the tables stay small.
  reindex: false,
  monitorVacuum: false,
  warningQueueSize: 1_000_000,
} as const

/** Of each queue. */
export const queueOptions = {
  // One waiting job per key, any number of active ones. Others that pg-boss has can refuse a retry.
  policy: 'short',
  notify: true,
  heartbeatSeconds: 10,
  // The longest that pg-boss allows; a collection that takes longer goes on from its cursor.
  expireInSeconds: DAY,
  retryLimit: 2_000_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 8,
  // A job that nobody took for this long would be dropped: pg-boss's 14 days are less than an archive may stand still.
  retentionSeconds: 20 * 365 * DAY,
  deleteAfterSeconds: 10 * MINUTE,
} as const satisfies Omit<Queue, 'name'>
