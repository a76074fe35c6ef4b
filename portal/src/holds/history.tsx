/** Every act on a hold, newest first, with what was changed and why. */
import { useQuery } from '@tanstack/react-query'
import { client, type Hold } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { nameOf } from './hold-state.tsx'
import styles from './holds.module.css'
import { holdTexts } from './texts.ts'

type Event = Awaited<ReturnType<typeof client.readHoldHistory>>['rows'][number]
const ACTS = ['hold.place', 'hold.change', 'hold.release', 'hold.remove-delay'] as const

export function History({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  const query = useQuery({
    queryKey: ['holds', 'history', of.holdId, of.revision],
    queryFn: ({ signal }) => client.readHoldHistory({ holdId: of.holdId, signal }),
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonBlock height="64px" />
  return (
    <ol className={styles.timeline}>
      {query.data.rows.map(event => {
        const act = ACTS.find(each => each === event.act)
        return (
          <li key={`${event.at} ${event.act}`}>
            <strong>{act ? t(`act-${act}`) : event.act}</strong>
            <span className={styles.second}>
              <Moment at={event.at} /> · {nameOf(event.actor)}
            </span>
            <Said of={event} />
          </li>
        )
      })}
    </ol>
  )
}

function Said({ of: { act, said } }: { readonly of: Event }) {
  const t = useTexts(holdTexts)
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '')
  const length = (name: string) => (Array.isArray(said[name]) ? said[name].length : 0)
  const lines = [
    text('reason'),
    act === 'hold.change' && 'days' in said
      ? said.days === null
        ? t('nowEver')
        : t('nowDays', { count: Number(said.days) })
      : '',
    act === 'hold.change' && text('query') !== '' ? t('nowQuery', { query: text('query') }) : '',
    length('added') > 0 ? t('added', { count: length('added') }) : '',
    length('removed') > 0 ? t('takenOff', { count: length('removed') }) : '',
  ].filter(line => line !== '')
  return lines.map(line => (
    <span key={line} className={styles.said}>
      {line}
    </span>
  ))
}
