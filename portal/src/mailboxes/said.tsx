/** What a message says, with what it said before an edit or a deletion: nothing that was captured is left out. */
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import type { OpenedMessage, StreamEntry } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { type Mark, Marked } from '../parts/marked.tsx'
import styles from './message.module.css'
import { messageTexts } from './message-texts.ts'

type Props = {
  readonly entry: StreamEntry | OpenedMessage
  readonly large?: boolean
  /** What a search found in its text. */
  readonly marks?: readonly Mark[] | undefined
  /** Goes to the message that an amendment speaks of. */
  readonly toEarlier?: ((itemId: string) => void) | undefined
}

export function Said({ entry, large = false, marks, toEarlier }: Props) {
  const m = useTexts(messageTexts)
  const { amendment, text } = entry
  if (entry.problem !== null) return <p className={styles.bad}>{m('cannotOpen', { code: entry.problem })}</p>
  const words = (said: string, struck = false) =>
    struck ? (
      <del className={styles.text} dir="auto" data-large={large}>
        {said}
      </del>
    ) : (
      <p className={styles.text} dir="auto" data-large={large}>
        {said === text ? <Marked text={said} marks={marks} /> : said}
      </p>
    )
  const earlier =
    amendment?.itemId && toEarlier ? (
      <button type="button" className={styles.earlier} onClick={() => toEarlier(amendment.itemId!)}>
        <ArrowUpRegular aria-hidden /> {m('toEarlier')}
      </button>
    ) : null
  if (amendment?.act === 'edit')
    return (
      <div className={styles.amended}>
        <span className={styles.act}>
          <EditRegular aria-hidden /> {m('edit')}
        </span>
        {amendment.previousText === null ? (
          <span className={styles.quiet}>{m('editUnknown')}</span>
        ) : (
          <>
            <span className={styles.quiet}>{m('editWas')}</span>
            {words(amendment.previousText, true)}
            <span className={styles.quiet}>{m('editIs')}</span>
          </>
        )}
        {words(text)}
        {earlier}
      </div>
    )
  if (amendment)
    return (
      <div className={styles.amended}>
        <span className={styles.act}>
          <DeleteRegular aria-hidden /> {m(`deleted_${amendment.act}`)}
        </span>
        {amendment.previousText !== null && words(amendment.previousText, true)}
        {text !== '' && words(text)}
        {earlier}
      </div>
    )
  return (
    <>
      {text !== '' && entry.call === null && words(text)}
      {entry.isTextCut && <p className={styles.quiet}>{m('textCut')}</p>}
    </>
  )
}
