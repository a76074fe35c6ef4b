/** A mailbox read: folders, the two views, filters, a list and a pane. In a narrow window the list, then the pane. */
import { Button, Dropdown, Option, Tooltip } from '@fluentui/react-components'
import { ArrowLeftRegular } from '@fluentui/react-icons/svg/arrow-left'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { EyeRegular } from '@fluentui/react-icons/svg/eye'
import { MailRegular } from '@fluentui/react-icons/svg/mail'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from 'react-router'
import { client, type Mailbox } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { countText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { Choices } from './choices.tsx'
import { ConversationList } from './conversation-list.tsx'
import { CustodyPanel } from './custody-panel.tsx'
import { FilterBar } from './filter-bar.tsx'
import { MessageList } from './message-list.tsx'
import { MessagePane } from './message-pane.tsx'
import styles from './reader.module.css'
import { partsOf, useReaderState } from './reader-state.ts'
import { Stream } from './stream.tsx'
import { mailboxTexts } from './texts.ts'

export function Reader() {
  const t = useTexts(mailboxTexts)
  const w = useWords()
  const { address = '', folder } = useParams()
  const [state, change, addressOf] = useReaderState()
  const query = useQuery({
    queryKey: ['mailbox', address],
    queryFn: ({ signal }) => client.getMailbox({ address, signal }),
    staleTime: 60_000,
  })
  const mailbox = query.data
  const title = mailbox === undefined ? address : titleOf(mailbox, t)
  const isConversations = state.view === 'conversations'
  const isOpen = isConversations ? state.conversation !== '' : state.item !== ''
  if (query.error instanceof Problem)
    return (
      <Page title={t('title')} crumbs={[{ text: t('title'), to: '/mailboxes' }]}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
        {query.error.code === 'MAILBOX_UNKNOWN' && <p>{t('notFound')}</p>}
      </Page>
    )
  const back = () =>
    change(isConversations ? { conversation: '', around: '', at: '' } : { item: '', show: '' }, {
      push: true,
    })
  return (
    <div className={styles.reader} data-open={isOpen}>
      <Page
        title={title}
        crumbs={[{ text: t('title'), to: '/mailboxes' }]}
        mark={
          <Tooltip content={t('recordedWhy')} relationship="description">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason is told to the keyboard too */}
            <span className={styles.recorded} tabIndex={0}>
              <EyeRegular aria-hidden /> {t('recorded')}
            </span>
          </Tooltip>
        }
      >
        {mailbox === undefined ? (
          <SkeletonBlock height="420px" />
        ) : (
          <>
            <div className={styles.bar}>
              <FolderChoice mailbox={mailbox} folder={folder} />
              <Choices
                label={t('view')}
                chosen={state.view}
                choices={[
                  { key: 'messages', text: t('messages'), icon: MailRegular, to: addressOf(view('')) },
                  {
                    key: 'conversations',
                    text: t('conversations'),
                    icon: ChatMultipleRegular,
                    to: addressOf(view('conversations')),
                  },
                ]}
              />
              {!isConversations && <FilterBar state={state} change={change} />}
            </div>
            <div className={styles.panes}>
              <div className={styles.list}>
                {isConversations ? (
                  <ConversationList address={address} folder={folder} state={state} addressOf={addressOf} />
                ) : (
                  <MessageList
                    address={address}
                    folder={folder}
                    state={state}
                    change={change}
                    addressOf={addressOf}
                  />
                )}
              </div>
              <section
                className={styles.pane}
                aria-label={isConversations ? t('conversations') : w('details')}
              >
                {isOpen && (
                  <Button
                    className={styles.back!}
                    appearance="subtle"
                    icon={<ArrowLeftRegular />}
                    onClick={back}
                  >
                    {t('backToList')}
                  </Button>
                )}
                {isConversations ? (
                  <Stream
                    address={address}
                    folder={folder}
                    state={state}
                    change={change}
                    addressOf={addressOf}
                  />
                ) : (
                  <MessagePane
                    address={address}
                    folder={folder}
                    state={state}
                    change={change}
                    addressOf={addressOf}
                  />
                )}
              </section>
            </div>
          </>
        )}
      </Page>
      {state.panel !== '' && <CustodyPanel itemId={state.panel} closeTo={addressOf({ panel: '' })} />}
    </div>
  )
}

/** The other view, with nothing open in it. */
function view(name: string) {
  return { view: name, item: '', conversation: '', around: '', at: '', after: '', before: '' }
}

function titleOf(mailbox: Mailbox, t: ReturnType<typeof useTexts<typeof mailboxTexts.en>>): string {
  return mailbox.kind === 'person' ? mailbox.displayName : t(mailbox.kind)
}

function FolderChoice({
  mailbox,
  folder,
}: {
  readonly mailbox: Mailbox
  readonly folder: string | undefined
}) {
  const t = useTexts(mailboxTexts)
  const [language] = useLanguage()
  const navigate = useNavigate()
  const [state] = useReaderState()
  const total = mailbox.folders.reduce((sum, each) => sum + each.filings, 0)
  const name = (text: string, count: number) => t('folderOf', { name: text, count })
  const chosen = mailbox.folders.find(each => each.name === folder)
  const go = (value: string) => {
    const base = `/mailboxes/${encodeURIComponent(mailbox.address)}`
    const kept = { view: state.view, words: state.words, participant: state.participant, kinds: state.kinds }
    void navigate(`${base}${value === '' ? '' : `/${encodeURIComponent(value)}`}${partsOf(kept)}`)
  }
  return (
    <Dropdown
      className={styles.folder!}
      aria-label={t('folders')}
      value={chosen ? name(chosen.name, chosen.filings) : name(t('allFolders'), total)}
      selectedOptions={[folder ?? '']}
      onOptionSelect={(_, { optionValue = '' }) => go(optionValue)}
    >
      <Option value="" text={t('allFolders')}>
        {name(t('allFolders'), total)}
      </Option>
      {mailbox.folders.map(each => (
        <Option key={each.folderId} value={each.name} text={each.name}>
          {`${each.name} (${countText(each.filings, language)})`}
        </Option>
      ))}
    </Dropdown>
  )
}
