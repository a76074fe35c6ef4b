/** One message opened: who, when, what; then its other forms, its header, its bytes, and what proves it. */
import { Button } from '@fluentui/react-components'
import { ChatRegular } from '@fluentui/react-icons/svg/chat'
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass'
import { MailReadRegular } from '@fluentui/react-icons/svg/mail-read'
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { client, type OpenedMessage } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock, SkeletonLine } from '../parts/skeleton.tsx'
import { Choices } from './choices.tsx'
import { explanationTexts } from './explanation-texts.ts'
import styles from './message.module.css'
import { MessageContent } from './message-content.tsx'
import { HeaderTable, OriginalView } from './message-forms.tsx'
import { messageTexts } from './message-texts.ts'
import type { ChangeReader, ReaderState } from './reader-state.ts'
import { mailboxTexts } from './texts.ts'
import { distinct, PartyLine } from './who.tsx'

type Props = {
  readonly address: string
  readonly folder: string | undefined
  readonly state: ReaderState
  readonly change: ChangeReader
  readonly addressOf: (change: Partial<ReaderState>) => string
}

export function MessagePane({ address, state, change, addressOf }: Props) {
  const t = useTexts(mailboxTexts)
  const { item } = state
  const query = useQuery({
    queryKey: ['message', address, item],
    queryFn: ({ signal }) => client.readMessage({ itemId: item, mailbox: address, signal }),
    enabled: item !== '',
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  if (item === '')
    return (
      <div className={styles.nothing}>
        <EmptyState icon={<MailReadRegular />} title={t('choose')} headingLevel={2}>
          {t('chooseText')}
        </EmptyState>
      </div>
    )
  if (query.error instanceof Problem)
    return (
      <div className={styles.message}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  if (query.data === undefined) return <MessageSkeleton />
  return <Message key={item} message={query.data} state={state} change={change} addressOf={addressOf} />
}

function Message({
  message,
  state,
  change,
  addressOf,
}: {
  readonly message: OpenedMessage
  readonly state: ReaderState
  readonly change: ChangeReader
  readonly addressOf: (change: Partial<ReaderState>) => string
}) {
  const m = useTexts(messageTexts)
  const e = useTexts(explanationTexts)
  const t = useTexts(mailboxTexts)
  const navigate = useNavigate()
  const show = state.show === 'html' && !message.hasHtml ? 'message' : state.show
  const { itemId, conversation } = message
  const form = (key: string, text: string) => ({ key, text, to: addressOf({ show: key }) })
  return (
    <div className={styles.message}>
      <header className={styles.head}>
        <div className={styles.headline}>
          <h2>
            {t(`kind_${message.kind}` as 'kind_sms')}
            {message.groupName !== null && ` · ${message.groupName}`}
          </h2>
          <div className={styles.actions}>
            <Button
              size="small"
              icon={<ChatRegular />}
              onClick={() =>
                void navigate(
                  addressOf({
                    view: 'conversations',
                    conversation,
                    around: itemId,
                    item: '',
                    show: '',
                    at: '',
                    after: '',
                    before: '',
                  }),
                )
              }
            >
              {m('inConversation')}
            </Button>
            <Button
              size="small"
              icon={<ShieldCheckmarkRegular />}
              onClick={() => change({ panel: itemId }, { push: true })}
            >
              {m('custody')}
            </Button>
            <Button
              size="small"
              icon={<HourglassRegular />}
              onClick={() => change({ why: itemId }, { push: true })}
            >
              {e('why')}
            </Button>
          </div>
        </div>
        <Parties message={message} />
      </header>
      <div className={styles.tabs}>
        <Choices
          label={m('message')}
          chosen={show}
          choices={[
            form('message', m('message')),
            ...(message.hasHtml ? [form('html', m('html'))] : []),
            form('headers', m('headers')),
            form('original', m('original')),
          ]}
        />
      </div>
      <div className={styles.body}>
        <Notes message={message} addressOf={addressOf} />
        {show === 'message' && <MessageContent message={message} large />}
        {show === 'html' && <HtmlFrame itemId={itemId} />}
        {show === 'headers' && <HeaderTable headers={message.headers} />}
        {show === 'original' && <OriginalView message={message} />}
      </div>
    </div>
  )
}

function Parties({ message }: { readonly message: OpenedMessage }) {
  const m = useTexts(messageTexts)
  const t = useTexts(mailboxTexts)
  const [language] = useLanguage()
  return (
    <dl className={styles.facts}>
      {(['from', 'to', 'cc', 'bcc'] as const).map(role => {
        const parties = distinct(message.parties.filter(party => party.role === role))
        if (parties.length === 0 && (role === 'cc' || role === 'bcc')) return null
        return (
          <div key={role}>
            <dt>{m(role)}</dt>
            <dd>
              {parties.length === 0 && t('nobody')}
              {parties.map((party, index) => (
                <span
                  key={`${party.number} ${party.emails.join(' ')} ${party.form}`}
                  className={styles.party}
                >
                  <PartyLine party={party} />
                  {index < parties.length - 1 && ';'}
                </span>
              ))}
            </dd>
          </div>
        )
      })}
      <div>
        <dt>{m('sent')}</dt>
        <dd>
          {message.sentAt === null ? (
            m('sentUnknown', { time: momentText(message.arrivedAt, language) })
          ) : (
            <Moment at={message.sentAt} kind="seconds" />
          )}
        </dd>
      </div>
      {message.subject !== '' && (
        <div>
          <dt>{m('subject')}</dt>
          <dd>{message.subject}</dd>
        </div>
      )}
    </dl>
  )
}

function Notes({
  message,
  addressOf,
}: {
  readonly message: OpenedMessage
  readonly addressOf: (change: Partial<ReaderState>) => string
}) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  const others = message.versions.length - 1
  return (
    <>
      {message.state === 'quarantined' && (
        <Notice kind="warning">{m('setAside', { reason: message.reason ?? '' })}</Notice>
      )}
      {message.flags.map(flag => (
        <Notice key={flag} kind="warning">
          {m(`flag_${flag}` as 'flag_no-source-id')}
        </Notice>
      ))}
      {others > 0 && (
        <Notice title={m('versions', { count: others })}>
          {m('versionsWhy')}
          <ul className={styles.versions}>
            {message.versions.map(version => (
              <li key={version.itemId}>
                {version.itemId === message.itemId ? (
                  <>
                    {m('version', { time: momentText(version.filedAt, language) })}, {m('thisVersion')}
                  </>
                ) : (
                  <Link to={addressOf({ item: version.itemId })}>
                    {m('version', { time: momentText(version.filedAt, language) })}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}

/** The frame has no scripts, no forms, no links, and its page may load nothing; see the API's own policy for it. */
function HtmlFrame({ itemId }: { readonly itemId: string }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  return (
    <>
      <p className={styles.quiet}>{m('htmlWhy')}</p>
      <iframe
        className={styles.frame}
        sandbox=""
        referrerPolicy="no-referrer"
        title={m('html')}
        src={client.getHtml({ itemId, language })}
      />
    </>
  )
}

function MessageSkeleton() {
  return (
    <div className={styles.message} aria-busy>
      <div className={styles.head}>
        <SkeletonLine width="30%" />
        <SkeletonLine width="60%" />
        <SkeletonLine width="55%" />
      </div>
      <div className={styles.body}>
        <SkeletonBlock height="120px" />
      </div>
    </div>
  )
}
