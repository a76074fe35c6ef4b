/** Doing work again that another transaction came before. */
import { isConflict } from './sql-error.ts'

/**
 * Does `work`, which is one transaction, until no other comes first: one that was rolled back for that has left
 * nothing. Whatever else goes wrong is thrown. The signal is looked at before each attempt.
 */
export async function againOnConflict<Done>(work: () => Promise<Done>, signal?: AbortSignal): Promise<Done> {
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }
}
