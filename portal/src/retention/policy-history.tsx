/** Every act on a policy, newest first, with what it did from then on. */
import { useQuery } from '@tanstack/react-query'
import { client, type RetentionPolicy } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'
import { ACTIONS, STARTS } from './rule-draft.ts'
import { useRuleText } from './rule-text.ts'

const ACTS = ['create', 'change', 'turn-on', 'turn-off', 'lock', 'remove'] as const
/** Acts that say anew what the policy does. */
const TELLING = ['create', 'change']

type Event = Awaited<ReturnType<typeof client.readRetentionPolicyHistory>>['rows'][number]

export function PolicyHistory({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const query = useQuery({
    queryKey: ['retention', 'policies', 'history', of.policyId, of.revision],
    queryFn: ({ signal }) => client.readRetentionPolicyHistory({ policyId: of.policyId, signal }),
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonBlock height="64px" />
  return (
    <ol className={styles.timeline}>
      {query.data.rows.map(event => {
        const name = event.act.replace('retention-policy.', '')
        const act = ACTS.find(each => each === name)
        return (
          <li key={`${event.at} ${event.act}`}>
            <strong>{act ? t(`act-${act}`) : event.act}</strong>
            <span className={styles.second}>
              <Moment at={event.at} /> · {actorName(event.actor)}
            </span>
            {TELLING.includes(name) && <Said of={event} />}
          </li>
        )
      })}
    </ol>
  )
}

function Said({ of: { said } }: { readonly of: Event }) {
  const t = useTexts(policyTexts)
  const { does, from } = useRuleText()
  const action = ACTIONS.find(each => each === said.action)
  const start = STARTS.find(each => each === said.startFrom)
  const name = typeof said.name === 'string' ? said.name : ''
  if (action === undefined || start === undefined) return null
  const rule = {
    action,
    period: typeof said.period === 'string' ? said.period : null,
    start,
    eventTypeId: typeof said.eventTypeId === 'number' ? said.eventTypeId : null,
  }
  const mailboxes = Array.isArray(said.mailboxIds) ? said.mailboxIds.length : 0
  const lines = [
    name,
    [does(rule), from(rule)].filter(text => text !== '').join('. '),
    said.appliesTo === 'mailboxes'
      ? t('mailboxCount', { count: mailboxes })
      : t(said.appliesTo === 'scopes' ? 'scope-scopes' : 'scope-all'),
  ].filter(line => line !== '')
  return lines.map(line => (
    <span key={line} className={styles.said}>
      {line}
    </span>
  ))
}
