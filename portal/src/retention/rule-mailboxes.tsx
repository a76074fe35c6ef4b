/** The mailboxes of a rule: a field that finds them among all, those of leavers too, and chips of those chosen. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { FilterChips } from '../parts/filter-chips.tsx'
import { Finder } from '../parts/finder.tsx'
import { useTexts } from '../parts/language.ts'
import { findMailboxes, nameOf } from './choices.ts'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'

const OFFERED = 30
const CHIPS = 40

type Props = {
  readonly label: string
  readonly value: readonly number[]
  readonly onChange: (value: readonly number[]) => void
  readonly problem?: string | null
  /** They stay; others can be added. */
  readonly kept?: readonly number[]
  /** Others cannot be added. */
  readonly isClosed?: boolean
}

export function RuleMailboxes({
  label,
  value,
  onChange,
  problem = null,
  kept = [],
  isClosed = false,
}: Props) {
  const t = useTexts(retentionTexts)
  const shown = value.slice(0, CHIPS)
  const names = useMailboxNames(shown)
  return (
    <div className={styles.tight}>
      {isClosed ? (
        value.length > 0 && <strong>{label}</strong>
      ) : (
        <Finder
          label={label}
          placeholder={t('findMailbox')}
          none={t('noMailbox')}
          queryKey={['retention', 'mailboxes']}
          find={(containing, signal) => findMailboxes({ containing, limit: OFFERED }, signal)}
          keyOf={row => String(row.mailboxId)}
          nameOf={nameOf}
          detailOf={row => row.address}
          isTaken={row => value.includes(row.mailboxId)}
          onChoose={row => onChange([...value, row.mailboxId])}
        />
      )}
      {problem !== null && (
        <span className={styles.wrong} role="alert">
          {problem}
        </span>
      )}
      <FilterChips
        label={label}
        chips={shown
          .filter(id => !kept.includes(id))
          .map(id => ({
            key: String(id),
            text: names.get(id)?.name ?? t('mailboxNumber', { id }),
            title: names.get(id)?.address ?? '',
            remove: () => onChange(value.filter(each => each !== id)),
          }))}
        {...(value.length > CHIPS ? { more: t('moreMailboxes', { count: value.length - CHIPS }) } : {})}
      />
      {kept.length > 0 && (
        <span className={styles.second}>
          {kept
            .slice(0, CHIPS)
            .map(id => names.get(id)?.name ?? t('mailboxNumber', { id }))
            .join(', ')}
          {kept.length > CHIPS && ` ${t('moreMailboxes', { count: kept.length - CHIPS })}`}
        </span>
      )}
    </div>
  )
}

/** Names and addresses of these mailboxes, as far as they are known. */
export function useMailboxNames(
  ids: readonly number[],
): ReadonlyMap<number, { name: string; address: string }> {
  const named = useQuery({
    queryKey: ['retention', 'mailboxes', 'named', ids],
    queryFn: ({ signal }) => findMailboxes({ mailboxIds: [...ids], limit: 200 }, signal),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  })
  return new Map(
    (named.data?.rows ?? []).map(row => [row.mailboxId, { name: nameOf(row), address: row.address }]),
  )
}

/** The mailboxes of a rule by name, as far as there is room; what is more is counted. */
export function MailboxNames({ ids }: { readonly ids: readonly number[] }) {
  const t = useTexts(retentionTexts)
  const shown = ids.slice(0, CHIPS)
  const names = useMailboxNames(shown)
  return (
    <ul className={styles.names}>
      {shown.map(id => (
        <li key={id}>
          <span>{names.get(id)?.name ?? t('mailboxNumber', { id })}</span>
          <span className={styles.second}>{names.get(id)?.address}</span>
        </li>
      ))}
      {ids.length > CHIPS && <li>{t('moreMailboxes', { count: ids.length - CHIPS })}</li>}
    </ul>
  )
}
