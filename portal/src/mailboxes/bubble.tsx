/** A message in a conversation: the owner's on the right, everybody else's on the left, events and calls as lines. */
import { Button } from '@fluentui/react-components'
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass'
import { OpenRegular } from '@fluentui/react-icons/svg/open'
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark'
import type { StreamEntry } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import type { Mark } from '../parts/marked.tsx'
import { Moment } from '../parts/moment.tsx'
import { useWords } from '../parts/words.ts'
import { CallLine } from './call-line.tsx'
import { explanationTexts } from './explanation-texts.ts'
import { FileList } from './file-list.tsx'
import { messageTexts } from './message-texts.ts'
import { Said } from './said.tsx'
import styles from './stream.module.css'
import { mailboxTexts } from './texts.ts'
import { namesText, PartyLine } from './who.tsx'

type Props = {
  readonly entry: StreamEntry
  /** The same message as the other person's phone gave it. */
  readonly twin: StreamEntry | null
  readonly amended: 'edited' | 'deleted' | null
  /** True where the sender is another than before. */
  readonly isNamed: boolean
  readonly isMarked: boolean
  /** Of its text. */
  readonly marks?: readonly Mark[] | undefined
  readonly goTo: (itemId: string) => void
  readonly onCustody: (itemId: string) => void
  readonly onWhy: (itemId: string) => void
  readonly onOpen: (itemId: string) => void
}

export function Bubble(props: Props) {
  const { entry, isMarked } = props
  const m = useTexts(messageTexts)
  const t = useTexts(mailboxTexts)
  return (
    <>
      {entry.renamedFrom !== null && (
        <li className={styles.event}>
          {m('renamed', { before: entry.renamedFrom, after: entry.groupName ?? '' })}
        </li>
      )}
      {entry.joined.length > 0 && (
        <li className={styles.event}>{m('joined', { names: namesText(entry.joined, t, 20) })}</li>
      )}
      {entry.left.length > 0 && (
        <li className={styles.event}>{m('left', { names: namesText(entry.left, t, 20) })}</li>
      )}
      <li
        id={`message-${entry.itemId}`}
        className={entry.kind === 'event' ? styles.line : styles.entry}
        data-own={entry.isOwn === true}
        data-marked={isMarked}
        tabIndex={-1}
      >
        {entry.kind === 'event' ? <EventLine {...props} /> : <Message {...props} />}
      </li>
    </>
  )
}

function EventLine(props: Props) {
  const { entry } = props
  return (
    <div className={styles.eventLine}>
      <Said entry={entry} marks={props.marks} />
      <Time {...props} />
    </div>
  )
}

function Message(props: Props) {
  const { entry, twin, amended, isNamed, marks, goTo, onOpen } = props
  const m = useTexts(messageTexts)
  const from = entry.parties.find(party => party.role === 'from')
  return (
    <>
      {isNamed && (
        <div className={styles.sender}>
          {from === undefined ? null : (
            <PartyLine party={{ ...from, emails: from.name || from.number ? [] : from.emails }} />
          )}
        </div>
      )}
      <div className={styles.beside}>
        <div className={styles.bubble} data-amended={amended ?? undefined} data-call={entry.call !== null}>
          {entry.call !== null && <CallLine entry={entry} />}
          {entry.reaction === null ? (
            <Said entry={entry} marks={marks} toEarlier={goTo} />
          ) : (
            <p className={styles.reaction} title={entry.text}>
              {entry.reaction.isRemoved
                ? m('reactionRemoved', { mark: entry.reaction.mark, quoted: entry.reaction.quoted })
                : m('reaction', { mark: entry.reaction.mark, quoted: entry.reaction.quoted })}
            </p>
          )}
          <FileList entry={entry} />
          {twin !== null && (
            <button type="button" className={styles.twin} onClick={() => onOpen(twin.itemId)}>
              {m('capturedTwice')}
            </button>
          )}
          {amended !== null && (
            <span className={styles.mark}>{amended === 'edited' ? m('editedLater') : m('deletedLater')}</span>
          )}
        </div>
        <Time {...props} />
      </div>
    </>
  )
}

function Time({ entry, onCustody, onWhy, onOpen }: Props) {
  const m = useTexts(messageTexts)
  const e = useTexts(explanationTexts)
  const w = useWords()
  return (
    <div className={styles.time}>
      <Moment at={entry.sentAt ?? entry.arrivedAt} kind="time" />
      <Button
        className={styles.act!}
        size="small"
        appearance="transparent"
        icon={<OpenRegular />}
        aria-label={w('open')}
        title={w('open')}
        onClick={() => onOpen(entry.itemId)}
      />
      <Button
        className={styles.act!}
        size="small"
        appearance="transparent"
        icon={<ShieldCheckmarkRegular />}
        aria-label={m('custody')}
        title={m('custody')}
        onClick={() => onCustody(entry.itemId)}
      />
      <Button
        className={styles.act!}
        size="small"
        appearance="transparent"
        icon={<HourglassRegular />}
        aria-label={e('why')}
        title={e('why')}
        onClick={() => onWhy(entry.itemId)}
      />
    </div>
  )
}
