/** One entry: all of it, its leaf, and, when asked for, what was sealed in it. That this was opened is recorded. */
import { Button } from '@fluentui/react-components'
import { LockOpenRegular } from '@fluentui/react-icons/svg/lock-open'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import { client, type OpenedAuditEntry } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useActName } from './acts.ts'
import styles from './audit.module.css'
import { Actor } from './entries.tsx'
import { searchOf } from './filter.ts'
import { placeOf } from './subject.ts'
import { auditTexts } from './texts.ts'

export function EntryPanel() {
  const t = useTexts(auditTexts)
  const actName = useActName()
  const { entryId = '' } = useParams()
  const { search } = useLocation()
  const queries = useQueryClient()
  const key = ['audit', 'entry', entryId]
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => client.getAuditEntry({ entryId, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const sealedHead = useRef<HTMLHeadingElement>(null)
  const [opening, setOpening] = useState(false)
  const [refused, setRefused] = useState<Problem | null>(null)
  const problem = query.error instanceof Problem ? query.error : null
  const entry = query.data
  const open = async () => {
    setOpening(true)
    try {
      queries.setQueryData<OpenedAuditEntry>(key, await client.getAuditEntry({ entryId, sealed: 'true' }))
      // The opening is an entry itself.
      void queries.invalidateQueries({ queryKey: ['audit', 'entries'] })
      // The button is gone: the focus goes to what it opened.
      sealedHead.current?.focus()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setRefused(error)
    } finally {
      setOpening(false)
    }
  }
  return (
    <SidePanel
      title={entry === undefined ? t('entry') : actName(entry.act)}
      subtitle={entry === undefined ? undefined : <Moment at={entry.at} kind="seconds" />}
      closeTo={`/audit${search}`}
    >
      {problem !== null && <ProblemNote problem={problem} onRetry={() => void query.refetch()} />}
      {entry === undefined && problem === null && <SkeletonBlock height="240px" />}
      {entry !== undefined && (
        <>
          <Facts
            of={[
              [t('who'), <ByActor key="who" name={entry.actor} />],
              [
                t('act'),
                <Link key="act" to={`/audit${searchOf({ act: entry.act })}`}>
                  <code>{entry.act}</code>
                </Link>,
              ],
              [t('about'), entry.subject === '' ? null : <About key="about" subject={entry.subject} />],
              [t('leaf'), entry.sequence === null ? t('waitsLong') : entry.sequence],
              [t('timeUtc'), <code key="utc">{entry.at}</code>],
              [t('id'), <code key="id">{entry.entryId}</code>],
            ]}
          />
          {Object.keys(entry.detail).length > 0 && (
            <section>
              <h3 className={styles.subhead}>{t('detail')}</h3>
              <Detail of={entry.detail} />
            </section>
          )}
          {entry.hasSealed && (
            <section>
              <h3 ref={sealedHead} tabIndex={-1} className={styles.subhead}>
                {t('sealed')}
              </h3>
              {entry.sealed !== null ? (
                <>
                  <Detail of={entry.sealed} />
                  <p className={styles.small}>{t('openedNote')}</p>
                </>
              ) : (
                <Notice
                  action={
                    <Button
                      size="small"
                      icon={<LockOpenRegular />}
                      disabledFocusable={opening}
                      onClick={() => void open()}
                    >
                      {t('openSealed')}
                    </Button>
                  }
                >
                  {t('sealedNote')}
                </Notice>
              )}
              {refused !== null && <ProblemNote problem={refused} />}
            </section>
          )}
        </>
      )}
    </SidePanel>
  )
}

/** Who acted, and everything else they did. */
function ByActor({ name }: { readonly name: string }) {
  const person = name.split('/')[0] ?? name
  return (
    <Link to={`/audit${searchOf({ actor: person })}`}>
      <Actor name={name} />
    </Link>
  )
}

function About({ subject }: { readonly subject: string }) {
  const t = useTexts(auditTexts)
  const place = placeOf(subject)
  return (
    <span className={styles.about}>
      <Link to={`/audit${searchOf({ subject })}`}>
        <code>{subject}</code>
      </Link>
      {place !== null && <Link to={place}>{t('openIt')}</Link>}
    </span>
  )
}

/** Names and values as they are in the entry; what is nested is shown as JSON. */
function Detail({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
  return (
    <Facts
      of={Object.entries(of).map(([name, value]) => [
        name,
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? (
          <code key={name}>{String(value)}</code>
        ) : (
          <pre key={name} className={styles.json}>
            {JSON.stringify(value, null, 2)}
          </pre>
        ),
      ])}
    />
  )
}
