/** What a back-fill would cover, before anybody asks for it: the window as it would be read, and what is there already. */
import { type Connector, openConnectorSource } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { latestEnd } from './run.ts'

export type BackFillPreview = {
  readonly from: Date
  /** Not later than what can be read now. */
  readonly to: Date
  /** Items that the site has in the window now; null where it could not be asked. */
  readonly atSource: number | null
  /** Why it could not be asked. */
  readonly trouble: { readonly code: string; readonly message: string } | null
  /** Items that reached the site on the days of the window and are kept already. They would be skipped. */
  readonly kept: number
}

/** Asks the site how much a back-fill of the window would read. WINDOW_INVALID if there is nothing to read. */
export async function previewBackFill(
  ground: Ground,
  connector: Connector,
  window: { readonly from: Date; readonly to: Date },
  signal: AbortSignal,
): Promise<BackFillPreview> {
  const latest = latestEnd(new Date(ground.clock.now()))
  const from = window.from
  const to = new Date(Math.min(window.to.getTime(), latest.getTime()))
  if (from >= to)
    throw new HoldfastError('WINDOW_INVALID', 'the window ends before it begins, or lies in the future')
  const [row] = await ground.database.query<{ kept: number }>(
    `select coalesce(sum(items), 0)::bigint as kept from arrival_day where connector_id = $1
       and day >= ($2::timestamptz at time zone 'UTC')::date
       and day <= (($3::timestamptz - interval '1 microsecond') at time zone 'UTC')::date`,
    [connector.connectorId, from, to],
  )
  return { from, to, kept: row!.kept, ...(await countAtSource(ground, connector, { from, to }, signal)) }
}

async function countAtSource(
  ground: Ground,
  connector: Connector,
  window: { readonly from: Date; readonly to: Date },
  signal: AbortSignal,
): Promise<Pick<BackFillPreview, 'atSource' | 'trouble'>> {
  const source = openConnectorSource(ground, connector)
  try {
    await source.probe(signal)
    return { atSource: await source.count(window, signal), trouble: null }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return { atSource: null, trouble: { code: error.code, message: error.message } }
  } finally {
    await source.close()
  }
}
