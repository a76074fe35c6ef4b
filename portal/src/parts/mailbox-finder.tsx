/**
 * Chooses mailboxes by a part of their name, of an address of theirs, or of what the directory says of them, such as a
 * number: one of them, several, or those that something is limited to. The names of people are in no address.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { FilterChips } from './filter-chips.tsx'
import { Finder } from './finder.tsx'
import { textsOf, useLanguage, useTexts } from './language.ts'
import styles from './mailbox-finder.module.css'
import { momentText } from './moment.tsx'

const texts = textsOf('mailbox-finder', {
  en: {
    placeholder: 'Name, address or number',
    none: 'No mailbox has this name, address or number',
    until: 'until {{when}}',
    from: 'from {{when}}',
    unnamed: 'Mailbox {{id}}',
    more_one: 'and {{count, number}} more',
    more_other: 'and {{count, number}} more',
  },
  sv: {
    placeholder: 'Namn, adress eller nummer',
    none: 'Ingen postlåda har det namnet, den adressen eller det numret',
    until: 'till {{when}}',
    from: 'från {{when}}',
    unnamed: 'Postlåda {{id}}',
    more_one: 'och {{count, number}} till',
    more_other: 'och {{count, number}} till',
  },
})

type Mailbox = { readonly mailboxId: number; readonly address: string; readonly displayName: string }
type Found = Mailbox & { readonly activeFrom?: string | null; readonly activeTo?: string | null }

const OFFERED = 30
const CHIPS = 20

/** Who may be asked for mailboxes, by what is done with them and so by the roles that it takes. */
const SOURCES = {
  /** People's mailboxes, that a number could be assigned. */
  assign: (containing: string, signal: AbortSignal) =>
    client.findMailboxChoices({ body: { containing, limit: OFFERED }, signal }),
  /** All there are, that a role group could be limited to. */
  limit: (containing: string, signal: AbortSignal) =>
    client.findLimitMailboxes({ body: { containing, limit: OFFERED }, signal }),
  /** Those that one may search. */
  search: (containing: string, signal: AbortSignal) =>
    client.listSearchMailboxes({ body: { containing, limit: OFFERED }, signal }),
  /** All there are, that an archive policy could be for. */
  archive: (containing: string, signal: AbortSignal) =>
    client.listArchivableMailboxes({ body: { containing, limit: OFFERED }, signal }),
} as const

/** What all these fields do alike. */
function useMailboxes(source: keyof typeof SOURCES) {
  const t = useTexts(texts)
  const [language] = useLanguage()
  const day = (at: string) => momentText(at, language, 'date')
  return {
    placeholder: t('placeholder'),
    none: t('none'),
    queryKey: ['mailbox-finder', source],
    find: (
      containing: string,
      signal: AbortSignal,
    ): Promise<{ readonly rows: readonly Found[]; readonly total?: number | undefined }> =>
      SOURCES[source](containing, signal),
    nameOf,
    detailOf: ({ address, activeFrom = null, activeTo = null }: Found) =>
      [
        address,
        [
          ...(activeFrom === null ? [] : [t('from', { when: day(activeFrom) })]),
          ...(activeTo === null ? [] : [t('until', { when: day(activeTo) })]),
        ].join(', '),
      ]
        .filter(each => each !== '')
        .join(' · '),
  }
}

const nameOf = ({ displayName, address }: Mailbox): string => displayName || address

type OneProps = {
  readonly label: string
  /** The address of the mailbox that is chosen; '' for none. */
  readonly value: string
  readonly onChange: (address: string) => void
}

/** One mailbox of a person, by its address. */
export function MailboxField({ label, value, onChange }: OneProps) {
  return (
    <Finder
      {...useMailboxes('assign')}
      label={label}
      keyOf={row => row.address}
      value={value}
      onChoose={row => onChange(row.address)}
      onClear={() => onChange('')}
      required
    />
  )
}

type SeveralProps = {
  readonly label: string
  readonly source: 'limit' | 'search' | 'archive'
  /** Shown instead of the hint of what to type. */
  readonly placeholder?: string | undefined
  readonly chosen: readonly Mailbox[]
  readonly onChange: (chosen: readonly Mailbox[]) => void
}

/** Several mailboxes: a field that finds them, and chips of those chosen. */
export function MailboxesField({ label, source, placeholder, chosen, onChange }: SeveralProps) {
  const t = useTexts(texts)
  const mailboxes = useMailboxes(source)
  return (
    <div className={styles.several}>
      <Finder
        {...mailboxes}
        {...(placeholder === undefined ? {} : { placeholder })}
        label={label}
        keyOf={row => String(row.mailboxId)}
        isTaken={row => chosen.some(each => each.mailboxId === row.mailboxId)}
        onChoose={({ mailboxId, address, displayName }) =>
          onChange([...chosen, { mailboxId, address, displayName }])
        }
      />
      <FilterChips
        {...(source === 'search' ? {} : { label })}
        chips={chosen.slice(0, CHIPS).map(mailbox => ({
          key: String(mailbox.mailboxId),
          text: nameOf(mailbox),
          title: mailbox.address,
          remove: () => onChange(chosen.filter(each => each.mailboxId !== mailbox.mailboxId)),
        }))}
        {...(chosen.length > CHIPS ? { more: t('more', { count: chosen.length - CHIPS }) } : {})}
        onClear={() => onChange([])}
      />
    </div>
  )
}

type ScopeProps = {
  readonly label: string
  /** Shown where nothing is chosen: *All mailboxes*. */
  readonly all: string
  /** The mailboxes that something is limited to; null is no limit. */
  readonly value: readonly number[] | null
  readonly onChange: (mailboxIds: readonly number[] | null) => void
}

/** The mailboxes that a search, or what is made of one, is limited to. */
export function MailboxScope({ label, all, value, onChange }: ScopeProps) {
  const t = useTexts(texts)
  const [seen, setSeen] = useState<readonly Mailbox[]>([])
  const unseen = (value ?? []).slice(0, CHIPS).filter(id => !seen.some(each => each.mailboxId === id))
  const named = useQuery({
    queryKey: ['mailbox-finder', 'named', unseen],
    queryFn: ({ signal }) =>
      client.listSearchMailboxes({ body: { mailboxIds: unseen, limit: CHIPS }, signal }),
    enabled: unseen.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const known = new Map([...(named.data?.rows ?? []), ...seen].map(each => [each.mailboxId, each]))
  const chosen = (value ?? []).map(
    id => known.get(id) ?? { mailboxId: id, address: '', displayName: t('unnamed', { id }) },
  )
  return (
    <MailboxesField
      label={label}
      source="search"
      placeholder={value === null ? all : undefined}
      chosen={chosen}
      onChange={mailboxes => {
        setSeen(mailboxes.filter(each => each.address !== ''))
        onChange(mailboxes.length === 0 ? null : mailboxes.map(each => each.mailboxId))
      }}
    />
  )
}
