/** Whether disposal runs, what is due, its settings, and its runs. */
import { Button } from '@fluentui/react-components'
import { PauseRegular } from '@fluentui/react-icons/svg/pause'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { RecycleRegular } from '@fluentui/react-icons/svg/recycle'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import type { Disposition } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { useWords } from '../parts/words.ts'
import { type Act, ActDialog } from './act-dialog.tsx'
import styles from './disposition.module.css'
import { DispositionTabs, useDisposition } from './disposition-tabs.tsx'
import { RunList } from './run-list.tsx'
import { dispositionTexts } from './texts.ts'

export function Overview() {
  const t = useTexts(dispositionTexts)
  const query = useDisposition()
  const [act, setAct] = useState<Act | null>(null)
  const of = query.data
  return (
    <Page
      title={t('title')}
      purpose={t('purpose')}
      {...(of === undefined
        ? {}
        : {
            mark: <State of={of} />,
            ...(of.pause === null ? { commands: <Commands of={of} onAct={setAct} /> } : {}),
          })}
    >
      <DispositionTabs />
      {of === undefined ? (
        query.error instanceof Problem ? (
          <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonBlock height="220px" />
        )
      ) : (
        <>
          <Troubles of={of} onAct={setAct} />
          <div className={styles.columns}>
            <Section title={t('now')}>
              <Now of={of} />
            </Section>
            <Settings of={of} />
          </div>
          {act !== null && <ActDialog of={of} act={act} onClose={() => setAct(null)} />}
        </>
      )}
      <Section title={t('runs')} flush>
        <RunList />
      </Section>
    </Page>
  )
}

const KINDS = { running: 'good', paused: 'paused', clocks: 'bad', volume: 'warning' } as const

function State({ of }: { readonly of: Disposition }) {
  const t = useTexts(dispositionTexts)
  return <StatusBadge kind={KINDS[of.state]} text={t(`state-${of.state}`)} />
}

type WithAct = { readonly of: Disposition; readonly onAct: (act: Act) => void }

function Commands({ of, onAct }: WithAct) {
  const t = useTexts(dispositionTexts)
  return (
    <>
      {(of.state === 'running' || of.state === 'volume') && (
        <Button appearance="subtle" icon={<RecycleRegular />} onClick={() => onAct('run')}>
          {t('runNow')}
        </Button>
      )}
      <Button appearance="subtle" icon={<PauseRegular />} onClick={() => onAct('pause')}>
        {t('pause')}
      </Button>
    </>
  )
}

/** What keeps things from leaving, with how to go on. */
function Troubles({ of: { pause, clocks, volume }, onAct }: WithAct) {
  const t = useTexts(dispositionTexts)
  const [language] = useLanguage()
  const time = (at: string | null) => (at === null ? '' : momentText(at, language, 'seconds'))
  return (
    <>
      {clocks.trouble !== null && (
        <Notice
          kind="error"
          title={t('stopped')}
          {...(clocks.leap === null
            ? {}
            : { action: <Button onClick={() => onAct('go-on')}>{t('goOn')}</Button> })}
        >
          <p className={styles.note}>{t('stoppedText')}</p>
          <p className={styles.note}>
            {t(`trouble-${clocks.trouble}`, {
              process: time(clocks.processAt),
              database: time(clocks.databaseAt),
              checkpoint: time(clocks.checkpointAt),
              from: time(clocks.leap?.from ?? null),
              to: time(clocks.leap?.to ?? null),
            })}
          </p>
        </Notice>
      )}
      {pause !== null && (
        <Notice
          kind="warning"
          title={t('paused')}
          action={
            <Button icon={<PlayRegular />} onClick={() => onAct('resume')}>
              {t('resume')}
            </Button>
          }
        >
          {t('pausedBy', {
            who: actorName(pause.by),
            time: momentText(pause.at, language),
            reason: pause.reason,
          })}
        </Notice>
      )}
      {volume !== null && volume.confirmedBy === null && (
        <Notice
          kind="warning"
          title={t('unusualTitle')}
          action={<Button onClick={() => onAct('confirm')}>{t('confirmVolume')}</Button>}
        >
          {t('unusualWaits', { count: volume.filings })}
        </Notice>
      )}
    </>
  )
}

function Now({ of }: { readonly of: Disposition }) {
  const t = useTexts(dispositionTexts)
  const { dailyLimit } = of.settings
  const numbers: readonly (readonly [string, ReactNode])[] = [
    [t('due'), <Count key="due" value={of.due} />],
    [
      t('waiting'),
      <Link key="waiting" to="/disposition/reviews">
        <Count value={of.waiting} />
      </Link>,
    ],
    ...(of.approved === 0
      ? []
      : [
          [
            t('approved'),
            <Link key="approved" to="/disposition/reviews?state=approved">
              <Count value={of.approved} />
            </Link>,
          ] as const,
        ]),
    [
      dailyLimit === null ? t('today') : t('todayOf', { limit: dailyLimit }),
      <Count key="today" value={of.disposedToday} />,
    ],
  ]
  return (
    <div className={styles.inside}>
      <dl className={styles.numbers}>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Facts of={[[t('nextRun'), <Moment key="next" at={of.nextRunAt} />]]} />
      <p className={styles.note}>{t('dueMeaning')}</p>
    </div>
  )
}

function Settings({ of: { settings } }: { readonly of: Disposition }) {
  const t = useTexts(dispositionTexts)
  const w = useWords()
  return (
    <Section title={t('settings')} aside={<Link to="/disposition/settings">{w('edit')}</Link>}>
      <Facts
        of={[
          [t('time'), t('timeAt', { time: settings.runAt })],
          [
            t('limit'),
            settings.dailyLimit === null ? t('noLimit') : t('limitOf', { count: settings.dailyLimit }),
          ],
          [t('unusual'), t('unusualOf', { count: settings.unusualVolume })],
          [t('twoPersons'), t(settings.twoPersons ? 'twoYes' : 'twoNo')],
        ]}
      />
    </Section>
  )
}
