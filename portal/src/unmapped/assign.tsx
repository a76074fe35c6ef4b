/** Assigns a number a mailbox and shows what was filed: a line of the custom mapping, for ever or for a time. */
import { Button, Checkbox, Field, Radio, RadioGroup, Spinner } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { type Assignment, client, type UnmappedNumber } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Party } from '../connector/party.tsx'
import { periodOf, ValidityFields } from '../connector/validity.tsx'
import { useTexts } from '../parts/language.ts'
import { MailboxField } from '../parts/mailbox-finder.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { unmappedTexts } from './texts.ts'
import styles from './unmapped.module.css'
import { useReplay } from './use-replay.ts'

export function Assign({ of }: { readonly of: UnmappedNumber }) {
  const t = useTexts(unmappedTexts)
  const [mailboxAddress, setMailbox] = useState('')
  const [party, setParty] = useState(of.sourceUser)
  const [limited, setLimited] = useState(false)
  const [entered, setEntered] = useState({ from: '', to: '' })
  const { connectorId, sourceUser } = of
  const assign = useMutation({
    mutationFn: () =>
      client.assignUnmapped({
        body: {
          connectorId,
          sourceUser,
          line: {
            externalUserId: party,
            mailboxAddress,
            ...(limited ? periodOf(entered) : { validFrom: null, validTo: null }),
          },
        },
      }),
  })
  if (assign.data !== undefined) return <Result of={assign.data} connectorId={connectorId} party={party} />
  const ready = mailboxAddress !== '' && party !== ''
  const conflict =
    assign.error instanceof Problem &&
    assign.error.code === 'MAPPING_INVALID' &&
    assign.error.detail?.includes('another line') === true
  return (
    <form
      className={styles.assign}
      onSubmit={event => {
        event.preventDefault()
        if (ready && !assign.isPending) assign.mutate()
      }}
    >
      <h3>{t('assign')}</h3>
      <p>{t('assignText', { connector: of.connectorName })}</p>
      {sourceUser === '' && <Parties connectorId={connectorId} value={party} onChoose={setParty} />}
      <MailboxField label={t('mailbox')} value={mailboxAddress} onChange={setMailbox} />
      <Checkbox
        label={t('validity')}
        checked={limited}
        onChange={(_, { checked }) => setLimited(checked === true)}
      />
      {limited && <ValidityFields value={entered} onChange={setEntered} />}
      {conflict ? (
        <Notice
          kind="error"
          action={
            <Link to={`/data-connectors/connectors/${connectorId}/mapping?q=${encodeURIComponent(party)}`}>
              {t('seeMapping')}
            </Link>
          }
        >
          {t('conflict')}
        </Notice>
      ) : (
        assign.error instanceof Problem && <ProblemNote problem={assign.error} />
      )}
      <div className={styles.acts}>
        <Button type="submit" appearance="primary" disabledFocusable={!ready || assign.isPending}>
          {t('assignAct')}
        </Button>
        {assign.isPending && <Spinner size="tiny" label={t('assigning')} />}
      </div>
    </form>
  )
}

type PartiesProps = {
  readonly connectorId: number
  readonly value: string
  readonly onChoose: (party: string) => void
}

/** Who takes part in items of nobody: one of them may be one of ours after all. */
function Parties({ connectorId, value, onChoose }: PartiesProps) {
  const t = useTexts(unmappedTexts)
  const query = useQuery({
    queryKey: ['unmapped-parties', connectorId],
    queryFn: ({ signal }) => client.listUnmappedParties({ connectorId, signal }),
  })
  return (
    <Field label={t('party')} hint={t('partyText')} required>
      <RadioGroup value={value} onChange={(_, { value: chosen }) => onChoose(chosen)}>
        {(query.data?.rows ?? []).map(row => (
          <Radio
            key={row.party}
            value={row.party}
            label={
              <span>
                <Party name={row.party} />{' '}
                <span className={styles.second}>{t('itemCount', { count: row.items })}</span>
              </span>
            }
          />
        ))}
      </RadioGroup>
    </Field>
  )
}

type ResultProps = { readonly of: Assignment; readonly connectorId: number; readonly party: string }

/** What was filed, as it arrives. */
function Result({ of, connectorId, party }: ResultProps) {
  const t = useTexts(unmappedTexts)
  const place = useRef<HTMLDivElement>(null)
  const replay = useReplay(of.replay) ?? of.replay
  useEffect(() => {
    place.current?.focus()
  }, [])
  const name = of.mailbox.displayName || of.mailbox.address
  const left = replay.failures - replay.resolved
  const toMapping = `/data-connectors/connectors/${connectorId}/mapping?q=${encodeURIComponent(party)}`
  return (
    <div ref={place} tabIndex={-1} className={styles.result} aria-live="polite">
      {replay.completedAt === null ? (
        <Progress stage={t('assigning')} done={replay.lookedAt} total={replay.failures} />
      ) : replay.resolved === 0 ? (
        <Notice kind="warning" title={t('filedNone')}>
          {t('filedNoneText')}
        </Notice>
      ) : (
        <Notice kind="good" title={t('filed', { count: replay.filings, name })}>
          {left > 0 && t('filedSome', { left })}
        </Notice>
      )}
      <p className={styles.links}>
        <Link to={`/mailboxes/${encodeURIComponent(of.mailbox.address)}`}>{t('seeMailbox')}</Link>
        <Link to={toMapping}>{t('seeMapping')}</Link>
        <Link to="/unmapped">{t('another')}</Link>
      </p>
    </div>
  )
}
