/** The messages of a conversation by day, as it was held. What a search found in them is marked where it is told. */
import type { StreamEntry } from '../client/client.ts'
import { localeOf, useLanguage } from '../parts/language.ts'
import type { Mark } from '../parts/marked.tsx'
import { Bubble } from './bubble.tsx'
import styles from './stream.module.css'
import { keyOf } from './who.tsx'

type DaysProps = {
  readonly entries: readonly StreamEntry[]
  readonly marked: string
  /** What a search marked in the text of a message. */
  readonly marksOf?: (itemId: string) => readonly Mark[] | undefined
  readonly goTo: (itemId: string) => void
  readonly onCustody: (itemId: string) => void
  readonly onWhy: (itemId: string) => void
  readonly onOpen: (itemId: string) => void
}

export function Days({ entries, marked, marksOf, ...rest }: DaysProps) {
  const [language] = useLanguage()
  const day = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'full' })
  const days = Map.groupBy(entries, entry => new Date(entry.sentAt ?? entry.arrivedAt).toDateString())
  const later = amendedLater(entries)
  return [...days].map(([key, ofDay]) => (
    <section key={key} className={styles.day} aria-label={day.format(new Date(key))}>
      <h3>{day.format(new Date(key))}</h3>
      <ol>
        {ofDay.map((entry, index) => {
          const previous = ofDay[index - 1]
          // The same message from the other person's phone is shown with the first.
          if (previous !== undefined && isTwin(previous, entry)) return null
          const next = ofDay[index + 1]
          const twin = next !== undefined && isTwin(entry, next) ? next : null
          const amended = later.get(entry.itemId) ?? (twin === null ? undefined : later.get(twin.itemId))
          return (
            <Bubble
              key={entry.itemId}
              entry={entry}
              twin={twin}
              amended={amended ?? null}
              isNamed={previous === undefined || senderOf(previous) !== senderOf(entry)}
              isMarked={entry.itemId === marked || twin?.itemId === marked}
              marks={marksOf?.(entry.itemId) ?? (twin === null ? undefined : marksOf?.(twin.itemId))}
              {...rest}
            />
          )
        })}
      </ol>
    </section>
  ))
}

function senderOf(entry: StreamEntry): string {
  const from = entry.parties.find(party => party.role === 'from')
  return from ? keyOf(from) : ''
}

/**
 * Two people who are both captured give two items of one message: the same words by the same sender in the same
 * moment, once sent and once received.
 */
function isTwin(first: StreamEntry, second: StreamEntry): boolean {
  return (
    first.direction !== second.direction &&
    first.kind === second.kind &&
    first.sentAt !== null &&
    first.sentAt === second.sentAt &&
    first.text === second.text &&
    first.amendment?.previousText === second.amendment?.previousText &&
    first.call?.status === second.call?.status &&
    first.files.length === 0 &&
    second.files.length === 0 &&
    senderOf(first) === senderOf(second)
  )
}

/** What became of each message later, as far as it is seen here. */
function amendedLater(entries: readonly StreamEntry[]): Map<string, 'edited' | 'deleted'> {
  return new Map(
    entries.flatMap(({ amendment }) =>
      amendment?.itemId ? [[amendment.itemId, amendment.act === 'edit' ? 'edited' : 'deleted'] as const] : [],
    ),
  )
}
