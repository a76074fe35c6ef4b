/** Why an item was found: the words around the query's terms, with these marked. */
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import type { HitLine } from '../client/client.ts'
import { LineText } from '../mailboxes/message-row.tsx'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { Names } from '../mailboxes/who.tsx'
import { type Say, useTexts } from '../parts/language.ts'
import { Marked } from '../parts/marked.tsx'
import { Moment } from '../parts/moment.tsx'
import type { Column } from '../parts/table.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

export function HitText({ line }: { readonly line: HitLine }) {
  const t = useTexts(searchTexts)
  const { hit } = line
  if (hit === null || line.call !== null || hit.excerpt === '')
    return (
      <span className={styles.hit}>
        <Subject line={line} />
        <LineText line={line} />
        <Attachments line={line} />
      </span>
    )
  return (
    <span className={styles.hit}>
      <Subject line={line} />
      <span className={styles.excerpt} dir="auto">
        <Marked text={hit.excerpt} marks={hit.marks} />
        {hit.more > 0 && <span className={styles.more}>{t('moreMarks', { count: hit.more })}</span>}
      </span>
      <Attachments line={line} />
    </span>
  )
}

function Subject({ line }: { readonly line: HitLine }) {
  if (line.subject === '') return null
  return (
    <span className={styles.subject} data-marked={(line.hit?.subject.length ?? 0) > 0} dir="auto">
      <Marked text={line.subject} marks={line.hit?.subject} />
    </span>
  )
}

/** Attachments that were found by their names, or that the words must be in. */
function Attachments({ line }: { readonly line: HitLine }) {
  const t = useTexts(searchTexts)
  const { attachments = [], within = [] } = line.hit ?? {}
  if (attachments.length + within.length === 0) return null
  const names = within.map(({ name }) => name || t('unnamed'))
  return (
    <span className={styles.attachments}>
      {attachments.map(({ number, name, marks }) => (
        <span key={number}>
          <AttachRegular aria-hidden /> <Marked text={name} marks={marks} />
        </span>
      ))}
      {within.length > 0 && (
        <span>
          <AttachRegular aria-hidden />{' '}
          {within.length === 1
            ? t('inAttachment', { name: names[0]! })
            : t('inAttachments', { names: names.join(', ') })}
        </span>
      )}
    </span>
  )
}

/** From whom, and to whom. */
export function HitWho({ line }: { readonly line: HitLine }) {
  const from = line.parties.filter(party => party.role === 'from')
  const to = line.parties.filter(party => party.role !== 'from')
  return (
    <span className={styles.two}>
      <span>
        <Names parties={from} most={1} />
      </span>
      <span className={styles.quiet}>→ {line.groupName ?? <Names parties={to} most={2} />}</span>
    </span>
  )
}

function Kind({ line }: { readonly line: HitLine }) {
  const m = useTexts(mailboxTexts)
  return <>{m(`kind_${line.kind}` as 'kind_sms')}</>
}

/** The columns of a list of items; `lineOf` is null for one that may not be read. */
export function hitColumns<Row>(
  t: Say<typeof searchTexts.en>,
  lineOf: (row: Row) => HitLine | null,
): [Column<Row>, ...Column<Row>[]] {
  const cell = (shown: (line: HitLine) => React.ReactNode) => (row: Row) => {
    const line = lineOf(row)
    return line === null ? '–' : shown(line)
  }
  return [
    {
      key: 'who',
      header: t('who'),
      width: '190px',
      cell: row => {
        const line = lineOf(row)
        return line === null ? <span className={styles.quiet}>{t('notYours')}</span> : <HitWho line={line} />
      },
    },
    { key: 'what', header: t('what'), cell: cell(line => <HitText line={line} />) },
    {
      key: 'sent',
      header: t('sent'),
      width: '150px',
      cell: cell(line => (
        <span className={styles.two}>
          <Moment at={line.sentAt ?? line.arrivedAt} />
          <span className={styles.quiet}>
            <Kind line={line} />
          </span>
        </span>
      )),
    },
  ]
}
