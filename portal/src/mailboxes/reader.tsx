/** A mailbox read: folders, the two views, filters, a list and a pane. In a narrow window the list, then the pane. */
import { Button, Dropdown, Option, OptionGroup, Tooltip } from '@fluentui/react-components'
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
import { Restricted } from '../parts/restricted.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { Choices } from './choices.tsx'
import { ConversationList } from './conversation-list.tsx'
import { CustodyPanel } from './custody-panel.tsx'
import { ExplanationPanel } from './explanation-panel.tsx'
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
            <Restricted items={restrictedOf(mailbox, folder)} />
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
                    archived={countOf(mailbox, folder, true)}
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
      {state.why !== '' && <ExplanationPanel itemId={state.why} closeTo={addressOf({ why: '' })} />}
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

/** The folders of the mailbox, and apart from them those of its in-place archive. */
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
  const isConversations = state.view === 'conversations'
  const isArchive = state.archive === 'true' && !isConversations
  const archived = countOf(mailbox, undefined, true)
  // A conversation is shown whole, wherever its messages are.
  const groups = isConversations || archived === 0 ? [null] : [false, true]
  const textOf = (name: string | undefined, group: boolean | null) =>
    t('folderOf', { name: name ?? t('allFolders'), count: countOf(mailbox, name, group) })
  const go = (value: string) => {
    const base = `/mailboxes/${encodeURIComponent(mailbox.address)}`
    const [archive, name] = [value.startsWith('archive/') ? 'true' : '', value.slice(value.indexOf('/') + 1)]
    const kept = { view: state.view, words: state.words, participant: state.participant, kinds: state.kinds }
    void navigate(
      `${base}${name === '' ? '' : `/${encodeURIComponent(name)}`}${partsOf({ ...kept, archive })}`,
    )
  }
  const chosen = textOf(folder, groups[0] === null ? null : isArchive)
  const optionsOf = (group: boolean | null) => {
    const prefix = group === true ? 'archive/' : 'mailbox/'
    const folders = mailbox.folders.filter(each => group !== true || each.archived > 0)
    return [undefined, ...folders.map(each => each.name)].map(name => (
      <Option key={`${prefix}${name ?? ''}`} value={`${prefix}${name ?? ''}`} text={name ?? t('allFolders')}>
        {name === undefined
          ? textOf(name, group)
          : `${name} (${countText(countOf(mailbox, name, group), language)})`}
      </Option>
    ))
  }
  return (
    <Dropdown
      className={styles.folder!}
      aria-label={t('folders')}
      value={isArchive ? t('inArchive', { folder: chosen }) : chosen}
      selectedOptions={[`${isArchive ? 'archive/' : 'mailbox/'}${folder ?? ''}`]}
      onOptionSelect={(_, { optionValue = 'mailbox/' }) => go(optionValue)}
    >
      {groups.map(group =>
        group === null ? (
          optionsOf(group)
        ) : (
          <OptionGroup key={String(group)} label={t(group ? 'archive' : 'mailbox')}>
            {optionsOf(group)}
          </OptionGroup>
        ),
      )}
    </Dropdown>
  )
}

/** How many messages a folder (or all of them) has: in the archive, outside it, or with null altogether. */
function countOf(mailbox: Mailbox, folder: string | undefined, archived: boolean | null): number {
  return mailbox.folders
    .filter(each => folder === undefined || each.name === folder)
    .reduce(
      (sum, each) =>
        sum + (archived === null ? each.filings : archived ? each.archived : each.filings - each.archived),
      0,
    )
}

/** Filings of restricted items in a folder, or in all of them. */
function restrictedOf(mailbox: Mailbox, folder: string | undefined): number {
  return mailbox.folders
    .filter(each => folder === undefined || each.name === folder)
    .reduce((sum, each) => sum + each.restricted, 0)
}
