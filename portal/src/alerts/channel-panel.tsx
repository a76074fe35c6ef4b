/** One channel, new or old: what it is, a test message, and a webhook's signing secret, which is shown once. */
import { Button } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type AlertChannel, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { bodyOf, draftOf, isComplete, newDraft } from './channel-draft.ts'
import { ChannelForm } from './channel-form.tsx'
import { CHANNELS_KEY, useChannels } from './channels.tsx'
import { ShownOnce } from './shown-once.tsx'
import { alertTexts } from './texts.ts'

const LIST = '/alerts/channels'

export function ChannelPanel() {
  const t = useTexts(alertTexts)
  const { channelId = '' } = useParams()
  const query = useChannels()
  if (channelId === 'new') return <Edit key="new" channel={null} />
  const channel = query.data?.find(each => String(each.channelId) === channelId)
  if (channel === undefined)
    return (
      <SidePanel title={t('channel')} closeTo={LIST}>
        {query.data === undefined ? <SkeletonBlock height="240px" /> : <Notice>{t('noSuchChannel')}</Notice>}
      </SidePanel>
    )
  return <Edit key={`${channel.channelId} ${channel.revision}`} channel={channel} />
}

function Edit({ channel }: { readonly channel: AlertChannel | null }) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(channel === null ? newDraft() : draftOf(channel))
  const [secret, setSecret] = useState<string | null>(null)
  const [asked, setAsked] = useState<'remove' | 'rotate' | null>(null)
  const again = () => queries.invalidateQueries({ queryKey: CHANNELS_KEY })
  const open = (id: number | null) =>
    void navigate(id === null ? LIST : `${LIST}/${id}`, { preventScrollReset: true, replace: true })
  const save = useMutation({
    mutationFn: async () => {
      const body = bodyOf(draft)
      if (channel === null) return client.addAlertChannel({ body })
      const { channelId, revision } = channel
      return { channel: await client.changeAlertChannel({ channelId, revision, body }), secret: null }
    },
    onSuccess: async saved => {
      await again()
      if (saved.secret !== null) return setSecret(saved.secret)
      showDone(w('saved'))
      open(saved.channel.channelId)
    },
  })
  const test = useMutation({
    mutationFn: () => client.testAlertChannel({ channelId: channel!.channelId }),
    onSettled: again,
  })
  const problem = save.error instanceof Problem ? save.error : null
  const changed = channel === null || JSON.stringify(draft) !== JSON.stringify(draftOf(channel))
  const made = save.data?.channel.channelId ?? channel?.channelId ?? null
  if (secret !== null)
    return (
      <SidePanel title={draft.name} closeTo={LIST}>
        <ShownOnce
          secret={secret}
          onDone={() => {
            setSecret(null)
            open(made)
          }}
        />
      </SidePanel>
    )
  return (
    <SidePanel
      title={channel?.name ?? t('addChannel')}
      closeTo={LIST}
      foot={
        <div className={styles.foot}>
          <Button
            appearance="primary"
            disabledFocusable={!changed || !isComplete(draft) || save.isPending}
            onClick={() => save.mutate()}
          >
            {channel === null ? w('add') : w('save')}
          </Button>
          {channel !== null && <Button onClick={() => setAsked('remove')}>{w('remove')}</Button>}
        </div>
      }
    >
      <div className={styles.form}>
        {channel !== null && (
          <Test
            channel={channel}
            changed={changed}
            sending={test.isPending}
            taken={test.isSuccess}
            problem={test.error instanceof Problem ? test.error : null}
            send={() => test.mutate()}
          />
        )}
        <ChannelForm draft={draft} setDraft={setDraft} channel={channel} />
        {channel?.settings.kind === 'webhook' && (
          <div>
            <Button size="small" onClick={() => setAsked('rotate')}>
              {t('rotate')}
            </Button>
          </div>
        )}
        {problem !== null && <ProblemNote problem={problem} />}
      </div>
      {asked === 'remove' && channel !== null && (
        <Confirm
          title={t('removeTitle', { name: channel.name })}
          act={t('removeChannel')}
          onConfirm={async () => {
            await client.removeAlertChannel({ channelId: channel.channelId, revision: channel.revision })
            await again()
            open(null)
          }}
          onClose={() => setAsked(null)}
        >
          {t('removeText', { count: channel.waiting })}
        </Confirm>
      )}
      {asked === 'rotate' && channel !== null && (
        <Confirm
          title={t('rotateTitle')}
          act={t('rotate')}
          onConfirm={async () => {
            const made = await client.rotateAlertChannelSecret({ channelId: channel.channelId })
            setSecret(made.secret)
            await again()
          }}
          onClose={() => setAsked(null)}
        >
          {t('rotateText')}
        </Confirm>
      )}
    </SidePanel>
  )
}

type TestProps = {
  readonly channel: AlertChannel
  readonly changed: boolean
  readonly sending: boolean
  readonly taken: boolean
  readonly problem: Problem | null
  readonly send: () => void
}

/** How the channel is, and a button that sends a real message. */
function Test({ channel, changed, sending, taken, problem, send }: TestProps) {
  const t = useTexts(alertTexts)
  const { errorCode, errorMessage, failedAt, deliveredAt, waiting } = channel
  return (
    <>
      {errorCode !== null && problem === null && !taken && failedAt !== null && (
        <Notice kind="warning" title={t('lastFailed', { count: waiting })}>
          <span lang="en">{errorMessage}</span> (<Moment at={failedAt} />)
        </Notice>
      )}
      {taken && <Notice kind="good">{t('testTaken')}</Notice>}
      {problem !== null && <ProblemNote problem={problem} />}
      <div className={styles.acts}>
        <Button size="small" disabledFocusable={sending || changed} onClick={send}>
          {sending ? t('testing') : t('test')}
        </Button>
        {changed && <span className={styles.muted}>{t('saveFirst')}</span>}
        {deliveredAt !== null && !changed && (
          <span className={styles.muted}>
            {t('delivered')}: <Moment at={deliveredAt} />
          </span>
        )}
      </div>
    </>
  )
}
