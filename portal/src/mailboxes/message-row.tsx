/** A message as a row of a list: who, when, what kind, and the beginning of what was written. */
import { Tooltip } from '@fluentui/react-components'
import { ArrowDownLeftRegular } from '@fluentui/react-icons/svg/arrow-down-left'
import { ArrowUpRightRegular } from '@fluentui/react-icons/svg/arrow-up-right'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { FlagRegular } from '@fluentui/react-icons/svg/flag'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { Link } from 'react-router'
import type { MessageLine } from '../client/client.ts'
import { durationText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { CallIcon } from './call-icon.tsx'
import styles from './list.module.css'
import { messageTexts } from './message-texts.ts'
import { ShortTime } from './short-time.tsx'
import { mailboxTexts } from './texts.ts'
import { Names, otherSide } from './who.tsx'

type Props = { readonly line: MessageLine; readonly to: string; readonly isCurrent: boolean }

export function MessageRow({ line, to, isCurrent }: Props) {
  const t = useTexts(mailboxTexts)
  const Direction = line.isOwn === null ? null : line.isOwn ? ArrowUpRightRegular : ArrowDownLeftRegular
  return (
    <Link
      to={to}
      className={styles.row}
      data-row-link
      preventScrollReset
      aria-current={isCurrent ? 'true' : undefined}
    >
      <span className={styles.first}>
        {Direction !== null && (
          <Direction
            className={styles.direction!}
            aria-label={line.isOwn ? t('out') : t('in')}
            aria-hidden={undefined}
            role="img"
          />
        )}
        <span className={styles.who}>
          {line.groupName !== null && <PeopleRegular className={styles.small!} aria-hidden />}
          {line.groupName ?? <Names parties={otherSide(line)} />}
        </span>
        <ShortTime at={line.sentAt ?? line.arrivedAt} />
      </span>
      <span className={styles.second}>
        <LineText line={line} />
        <Marks line={line} />
      </span>
    </Link>
  )
}

/** What a row says: the call, the text, or that there is none. */
export function LineText({ line }: { readonly line: MessageLine }) {
  const t = useTexts(mailboxTexts)
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  if (line.problem !== null)
    return <span className={styles.bad}>{t('cannotOpen', { code: line.problem })}</span>
  if (line.call !== null) {
    const status = m(`status_${line.call.status}` as 'status_ok')
    const length = line.call.seconds ? `, ${durationText(line.call.seconds, language)}` : ''
    return (
      <span className={styles.text}>
        <CallIcon kind={line.kind} status={line.call.status} isOwn={line.isOwn} />
        {t(`kind_${line.kind}` as 'kind_sms')}: {status}
        {length}
      </span>
    )
  }
  if (line.amendment !== null && line.amendment !== 'edit')
    return <span className={styles.struck}>{line.text || m(`deleted_${line.amendment}`)}</span>
  if (line.text === '')
    return (
      <span className={styles.quiet}>
        {line.attachments > 0 ? t('attachments', { count: line.attachments }) : t('noText')}
      </span>
    )
  return (
    <span className={styles.text} dir="auto">
      {line.text}
    </span>
  )
}

function Marks({ line }: { readonly line: MessageLine }) {
  const t = useTexts(mailboxTexts)
  const m = useTexts(messageTexts)
  const mark = (key: string, text: string, Icon: typeof AttachRegular) => (
    <Tooltip key={key} content={text} relationship="description">
      <span>
        <Icon role="img" aria-label={text} aria-hidden={undefined} />
      </span>
    </Tooltip>
  )
  return (
    <span className={styles.marks}>
      {line.state === 'quarantined' && mark('aside', t('setAside'), FlagRegular)}
      {line.amendment === 'edit' && mark('edit', t('edited'), EditRegular)}
      {line.amendment !== null && line.amendment !== 'edit' && mark('delete', t('deleted'), DeleteRegular)}
      {line.attachments > 0 && mark('files', t('attachments', { count: line.attachments }), AttachRegular)}
      {line.flags.length > 0 &&
        mark(
          'flags',
          line.flags.map(flag => m(`flag_${flag}` as 'flag_no-source-id')).join('. '),
          FlagRegular,
        )}
    </span>
  )
}
