/** One line of the mapping in a panel: added, or changed, ended and removed, with its own history. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation, useNavigate, useParams } from 'react-router'
import { client, type MappingLine } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { MailboxField } from '../parts/mailbox-finder.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { Changes } from './mapping-history.tsx'
import { lineTexts } from './mapping-texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'
import { enteredOf, periodOf, useValidity, ValidityFields } from './validity.tsx'

/** Closes the panel over the list, with its filters as they are. */
function useCloseTo(): string {
  const { search } = useLocation()
  return `..${search}`
}

export function NewMappingLine() {
  const t = useTexts(lineTexts)
  const w = useWords()
  const { connectorId } = useConnector()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const closeTo = useCloseTo()
  const [externalUserId, setId] = useState('')
  const [mailboxAddress, setMailbox] = useState('')
  const [entered, setEntered] = useState({ from: '', to: '' })
  const add = useMutation({
    mutationFn: () =>
      client.addMappingLine({
        connectorId,
        body: { externalUserId: externalUserId.trim(), mailboxAddress, ...periodOf(entered) },
      }),
    onSuccess: () => {
      showDone(t('added'))
      void queries.invalidateQueries({ queryKey: connectorKey(connectorId) })
      void navigate(closeTo, { preventScrollReset: true })
    },
  })
  const ready = externalUserId.trim() !== '' && mailboxAddress !== ''
  return (
    <SidePanel
      title={t('addTitle')}
      closeTo={closeTo}
      foot={
        <>
          <Button
            appearance="primary"
            disabledFocusable={!ready || add.isPending}
            onClick={() => ready && add.mutate()}
          >
            {w('add')}
          </Button>
          <Button onClick={() => void navigate(closeTo, { preventScrollReset: true })}>{w('cancel')}</Button>
        </>
      }
    >
      <div className={styles.stack}>
        <Field label={t('userId')} hint={t('userIdHint')} required>
          <Input
            value={externalUserId}
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => setId(value)}
          />
        </Field>
        <MailboxField label={w('mailbox')} value={mailboxAddress} onChange={setMailbox} />
        <ValidityFields value={entered} onChange={setEntered} />
        <Effect />
        {add.error instanceof Problem && <ProblemNote problem={add.error} />}
      </div>
    </SidePanel>
  )
}

function Effect() {
  const t = useTexts(lineTexts)
  return <Notice action={<Link to="/unmapped">{t('toUnmapped')}</Link>}>{t('countsFrom')}</Notice>
}

export function MappingLinePanel() {
  const t = useTexts(lineTexts)
  const { connectorId } = useConnector()
  const { entryId = '' } = useParams()
  const closeTo = useCloseTo()
  const line = useQuery({
    queryKey: [...connectorKey(connectorId), 'line', entryId],
    queryFn: ({ signal }) => findLine(connectorId, entryId, signal),
  })
  if (line.data === undefined || line.data === null)
    return (
      <SidePanel title={t('history')} closeTo={closeTo}>
        <div className={styles.stack}>
          {line.error instanceof Problem && (
            <ProblemNote problem={line.error} onRetry={() => void line.refetch()} />
          )}
          {line.data === undefined && line.error === null && <SkeletonBlock height="240px" />}
          {line.data === null && <EmptyState title={t('unknownLine')} headingLevel={3} />}
          {line.data === null && <Changes connectorId={connectorId} entryId={entryId} />}
        </div>
      </SidePanel>
    )
  return <LineForm key={line.data.revision} line={line.data} closeTo={closeTo} />
}

/** The line as it is; null where it is no more. */
async function findLine(
  connectorId: number,
  entryId: string,
  signal: AbortSignal,
): Promise<MappingLine | null> {
  const { rows: changes } = await client.listMappingChanges({ connectorId, entryId, limit: 1, signal })
  const search = changes[0]?.externalUserId
  if (search === undefined) return null
  const { rows } = await client.listMapping({ connectorId, search, limit: 200, signal })
  return rows.find(row => row.entryId === entryId) ?? null
}

function LineForm({ line, closeTo }: { readonly line: MappingLine; readonly closeTo: string }) {
  const t = useTexts(lineTexts)
  const w = useWords()
  const { connectorId } = useConnector()
  const mayChange = useHoldsRole('Mailbox Import Export')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const validity = useValidity()
  const [mailboxAddress, setMailbox] = useState(line.mailboxAddress)
  const [entered, setEntered] = useState(enteredOf(line))
  const [removing, setRemoving] = useState(false)
  const { entryId, revision, externalUserId } = line
  const changed = () => void queries.invalidateQueries({ queryKey: connectorKey(connectorId) })
  const save = useMutation({
    mutationFn: () =>
      client.changeMappingLine({
        connectorId,
        entryId,
        revision,
        body: { mailboxAddress, ...periodOf(entered) },
      }),
    onSuccess: () => {
      showDone(t('saved'))
      changed()
      void navigate(closeTo, { preventScrollReset: true })
    },
    onError: error => {
      if (error instanceof Problem && error.code === 'REVISION_STALE') changed()
    },
  })
  const remove = async () => {
    await client.removeMappingLine({ connectorId, entryId, revision })
    showDone(t('removedDone'))
    changed()
    void navigate(closeTo, { preventScrollReset: true })
  }
  const before = enteredOf(line)
  const different =
    mailboxAddress !== line.mailboxAddress || entered.from !== before.from || entered.to !== before.to
  const stale = save.error instanceof Problem && save.error.code === 'REVISION_STALE'
  return (
    <SidePanel
      title={t('editTitle', { id: externalUserId })}
      closeTo={closeTo}
      {...(mayChange
        ? {
            foot: (
              <>
                <Button
                  appearance="primary"
                  disabledFocusable={!different || mailboxAddress === '' || save.isPending}
                  onClick={() => different && mailboxAddress !== '' && save.mutate()}
                >
                  {w('save')}
                </Button>
                <Button onClick={() => setRemoving(true)}>{w('remove')}</Button>
              </>
            ),
          }
        : {})}
    >
      <div className={styles.stack}>
        {mayChange ? (
          <>
            <MailboxField label={w('mailbox')} value={mailboxAddress} onChange={setMailbox} />
            <ValidityFields value={entered} onChange={setEntered} />
            <Effect />
          </>
        ) : (
          <Facts
            of={[
              [w('mailbox'), line.mailboxAddress],
              [t('valid'), validity(line)],
            ]}
          />
        )}
        {stale && <Notice kind="warning">{t('stale')}</Notice>}
        {save.error instanceof Problem && !stale && <ProblemNote problem={save.error} />}
        <h3 className={styles.heading}>{t('lineHistory')}</h3>
        <Changes connectorId={connectorId} entryId={entryId} />
      </div>
      {removing && (
        <Confirm
          title={t('removeTitle', { id: externalUserId })}
          act={w('remove')}
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          {t('removeText')}
        </Confirm>
      )}
    </SidePanel>
  )
}
