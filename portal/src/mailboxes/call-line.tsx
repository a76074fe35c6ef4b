/** A call as a line: which way, how it ended, how long. Its recording is among the attachments. */
import type { OpenedMessage, StreamEntry } from '../client/client.ts'
import { durationText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { CallIcon } from './call-icon.tsx'
import styles from './message.module.css'
import { messageTexts } from './message-texts.ts'

export function CallLine({ entry }: { readonly entry: StreamEntry | OpenedMessage }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  const { call, kind, isOwn } = entry
  if (call === null) return null
  const isVideo = kind === 'video-call'
  const way =
    isOwn === null
      ? m('callPlain')
      : isOwn
        ? m(isVideo ? 'videoOutgoing' : 'callOutgoing')
        : m(isVideo ? 'videoIncoming' : 'callIncoming')
  const status = m(`status_${call.status}` as 'status_ok')
  return (
    <div className={styles.call} data-bad={call.status !== 'ok' && call.status !== 'answered-externally'}>
      <CallIcon kind={kind} status={call.status} isOwn={isOwn} />
      <span>
        <strong>{way}</strong>, {status}
        {call.seconds !== null && call.seconds > 0 && `, ${durationText(call.seconds, language)}`}
      </span>
      {entry.files.length === 0 && call.status === 'ok' && (
        <span className={styles.quiet}>{m('noRecording')}</span>
      )}
    </div>
  )
}
