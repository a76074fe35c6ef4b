/** Verify now: asks for it, shows how far it is, and the verdicts so far with who asked. */
import { Button, Field, Switch, Textarea } from '@fluentui/react-components'
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type Verification } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { StatusBadge, type StatusKind } from '../parts/status-badge.tsx'
import styles from './audit.module.css'
import { auditTexts } from './texts.ts'

const KINDS: Readonly<Record<Verification['status'], StatusKind>> = {
  running: 'working',
  sound: 'good',
  broken: 'bad',
  failed: 'warning',
}

export function Verifications() {
  const t = useTexts(auditTexts)
  const queries = useQueryClient()
  const [outside, setOutside] = useState(false)
  const [publicKey, setPublicKey] = useState('')
  const [checkpoint, setCheckpoint] = useState('')
  const query = useQuery({
    queryKey: ['audit', 'verifications'],
    queryFn: ({ signal }) => client.listVerifications({ signal }),
    refetchInterval: ({ state }) => (state.data?.rows[0]?.status === 'running' ? 700 : 30_000),
  })
  const start = useMutation({
    mutationFn: () =>
      client.startVerification({
        body: {
          publicKey: outside && publicKey.trim() !== '' ? publicKey.trim() : null,
          checkpoint: outside && checkpoint.trim() !== '' ? `${checkpoint.trim()}\n` : null,
        },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audit'] }),
  })
  const rows = query.data?.rows
  const [last, ...before] = rows ?? []
  const running = last?.status === 'running'
  const problem = [start.error, query.error].find(each => each instanceof Problem) ?? null
  return (
    <Section
      title={t('verify')}
      aside={
        <Button
          appearance="primary"
          icon={<ShieldCheckmarkRegular />}
          disabledFocusable={running || start.isPending}
          onClick={() => start.mutate()}
        >
          {t('verifyNow')}
        </Button>
      }
    >
      <p className={styles.lead}>{t('verifyText')}</p>
      <Switch label={t('outside')} checked={outside} onChange={(_, { checked }) => setOutside(checked)} />
      {outside && (
        <div className={styles.outside}>
          <Field label={t('keptKey')} hint={t('keptKeyHint')}>
            <Textarea
              rows={2}
              spellCheck={false}
              value={publicKey}
              onChange={(_, { value }) => setPublicKey(value)}
            />
          </Field>
          <Field label={t('keptCheckpoint')} hint={t('keptCheckpointHint')}>
            <Textarea
              rows={5}
              spellCheck={false}
              value={checkpoint}
              onChange={(_, { value }) => setCheckpoint(value)}
            />
          </Field>
        </div>
      )}
      {problem instanceof Problem && <ProblemNote problem={problem} />}
      {rows === undefined && problem === null && <SkeletonBlock height="90px" />}
      {rows !== undefined && last === undefined && (
        <EmptyState title={t('neverVerified')} headingLevel={3}>
          {t('neverVerifiedText')}
        </EmptyState>
      )}
      {last !== undefined && <Verdict of={last} />}
      {before.length > 0 && (
        <>
          <h3 className={styles.subhead}>{t('earlier')}</h3>
          <ul className={styles.verdicts}>
            {before.map(each => (
              <li key={each.verificationId}>
                <StatusBadge kind={KINDS[each.status]} text={t(`status-${each.status}`)} />
                <Moment at={each.startedAt} />
                <span>{each.requestedBy}</span>
                <span className={styles.muted}>{t('checked', { count: each.leaves })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

function Verdict({ of }: { readonly of: Verification }) {
  const t = useTexts(auditTexts)
  const { report } = of
  if (of.status === 'running')
    return (
      <Progress
        stage={t('status-running')}
        done={of.leaves}
        total={Math.max(1, of.leavesExpected, of.leaves)}
      />
    )
  const who = (
    <>
      {t('by', { who: of.requestedBy })} <Moment at={of.endedAt ?? of.startedAt} />.
    </>
  )
  if (report === null)
    return (
      <Notice kind="warning" title={t('couldNot')}>
        {of.errorCode === 'CHECKPOINT_INVALID'
          ? t('notOurs')
          : t('couldNotWhy', { code: of.errorCode ?? '' })}{' '}
        {who}
      </Notice>
    )
  return (
    <Notice
      kind={of.status === 'sound' ? 'good' : 'error'}
      title={of.status === 'sound' ? t('sound') : t('broken', { count: report.findingsTotal })}
    >
      {t('checkedAll', { entries: report.entries, checkpoints: report.checkpoints })}{' '}
      {report.origin === 'proven' ? t('proven') : t('unproven')} {who}
      {report.findings.length > 0 && (
        <ul className={styles.findings}>
          {report.findings.map(finding => (
            <li key={`${finding.code} ${finding.message}`}>
              <code>{finding.code}</code> <span lang="en">{finding.message}</span>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
