/** One export: how far it has come, what it holds, what it was made of, who had it, and how it is verified. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { ArrowRepeatAllRegular } from '@fluentui/react-icons/svg/arrow-repeat-all'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { client, type Export } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { announce } from '../parts/announce.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { bytesText } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { Counts } from './counts.tsx'
import { Custody } from './custody.tsx'
import { ExportState, isMoving } from './export-state.tsx'
import styles from './exports.module.css'
import { SourceShown } from './source-shown.tsx'
import { exportTexts } from './texts.ts'
import { VerifyHow } from './verify-how.tsx'

const EVERY_MS = 1_000

export function ExportPage() {
  const t = useTexts(exportTexts)
  const { exportId = '' } = useParams()
  const query = useQuery({
    queryKey: ['exports', 'one', exportId],
    queryFn: ({ signal }) => client.getExport({ exportId, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? EVERY_MS : false),
  })
  const crumbs = [{ text: t('title'), to: '/exports' }]
  if (query.data !== undefined) return <Shown of={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Page title={t('gone')} crumbs={crumbs}>
      {query.error.code === 'EXPORT_UNKNOWN' || query.error.code === 'REQUEST_INVALID' ? (
        <EmptyState action={<Link to="/exports">{t('seeAll')}</Link>}>{t('goneText')}</EmptyState>
      ) : (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
    </Page>
  )
}

function Shown({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const moving = isMoving(of)
  const text = t(`state-${of.state}`)
  const [first] = useState(of.state)
  useEffect(() => {
    if (of.state !== first) announce(text)
  }, [of.state, first, text])
  return (
    <Page
      title={of.name}
      crumbs={[{ text: t('title'), to: '/exports' }]}
      mark={<ExportState of={of} />}
      {...(of.state === 'ready' && of.destination === 'download' ? { primary: <Download of={of} /> } : {})}
      commands={<Commands of={of} />}
    >
      {moving && <Moving of={of} />}
      <Ended of={of} />
      <div className={styles.columns}>
        <div className={styles.column}>
          {of.completedAt !== null && (
            <Section title={t('counts')}>
              <Counts of={of} />
            </Section>
          )}
          <Section title={t('query')}>
            <SourceShown of={of.source} />
          </Section>
          <Section title={t('settings')}>
            <Settings of={of} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={t('custody')}>
            <Custody of={of} />
          </Section>
          {of.completedAt !== null && (
            <Section title={t('verify')}>
              <VerifyHow of={of} />
            </Section>
          )}
        </div>
      </div>
    </Page>
  )
}

function Download({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const [language] = useLanguage()
  const queries = useQueryClient()
  // That it was downloaded is known when the archive has begun to answer.
  const later = () =>
    setTimeout(() => void queries.invalidateQueries({ queryKey: ['exports', 'one', of.exportId] }), 1_500)
  return (
    <Button
      as="a"
      appearance="primary"
      icon={<ArrowDownloadRegular />}
      href={client.downloadExport({ exportId: of.exportId })}
      download
      onClick={later}
    >
      {of.packageSize === null
        ? t('download')
        : t('downloadOf', { size: bytesText(of.packageSize, language) })}
    </Button>
  )
}

function Commands({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'cancel' | 'remove' | null>(null)
  const act = async () => {
    const change = { exportId: of.exportId }
    const changed = await (asking === 'cancel' ? client.cancelExport(change) : client.removeExport(change))
    queries.setQueryData(['exports', 'one', of.exportId], changed)
    showDone(t(asking === 'cancel' ? 'cancelled' : 'removed'))
  }
  const { source } = of
  return (
    <>
      {isMoving(of) && (
        <Button appearance="subtle" icon={<DismissRegular />} onClick={() => setAsking('cancel')}>
          {t('cancel')}
        </Button>
      )}
      <Button
        appearance="subtle"
        icon={<ArrowRepeatAllRegular />}
        onClick={() =>
          void navigate(source.runId === null ? '/exports/new' : `/exports/new?run=${source.runId}`, {
            state: { source, name: of.name },
          })
        }
      >
        {t('again')}
      </Button>
      {of.state === 'ready' && (
        <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setAsking('remove')}>
          {t('remove')}
        </Button>
      )}
      {asking !== null && (
        <Confirm
          title={t(`${asking}Title`, { name: of.name })}
          act={t(asking)}
          onConfirm={act}
          onClose={() => setAsking(null)}
        >
          {t(asking === 'remove' && of.storedAs !== null ? 'removeStoredText' : `${asking}Text`)}
        </Confirm>
      )}
    </>
  )
}

function Moving({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const { done, total } = of.progress
  const counted = (of.state === 'writing' || of.state === 'finishing') && total > 0
  return (
    <Section>
      <div className={styles.sums}>
        <Progress
          stage={t(`stage-${of.state as 'waiting' | 'selecting' | 'writing' | 'finishing'}`)}
          done={done}
          total={counted ? total : null}
          small={!counted}
        />
        {of.error !== null && (
          <Notice kind="warning" title={t('waitsFor', { message: of.error.message })}>
            {of.error.hint}
          </Notice>
        )}
        <p className={styles.note}>{t('stageNote')}</p>
      </div>
    </Section>
  )
}

/** Why there is no package to be had here. */
function Ended({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const [language] = useLanguage()
  const { state, error, endedAt } = of
  if (state === 'failed')
    return (
      <Notice kind="error" title={t('failedTitle')}>
        {error !== null && (
          <>
            <p>{error.message}</p>
            {error.hint}
          </>
        )}
      </Notice>
    )
  if ((state === 'cancelled' || state === 'expired' || state === 'removed') && endedAt !== null)
    return (
      <Notice title={t('endedTitle')}>
        {t(`ended-${state}`, { when: momentText(endedAt, language), who: actorName(of.endedBy ?? '') })}
      </Notice>
    )
  if (state === 'ready' && of.storedAs !== null)
    return (
      <Notice kind="good" title={t('storedTitle')}>
        {t('storedText', { name: of.storedAs })}
      </Notice>
    )
  return null
}

function Settings({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const { context } = of
  return (
    <Facts
      of={[
        [t('format'), t(`format-${of.format}`)],
        [t('timeZone'), of.timeZone],
        [
          t('around'),
          context.type === 'around'
            ? t('context-around', { count: context.messages })
            : t(`context-${context.type}`),
        ],
        [t('duplicates'), t(`duplicates-${of.duplicates}`)],
        [t('natives'), of.format === 'rsmf' ? t(`natives-${of.natives}`) : null],
        [
          t('encryption'),
          of.encryption === 'recipient'
            ? t('encryption-recipient', { recipient: of.recipient ?? '' })
            : t(`encryption-${of.encryption}`),
        ],
        [t('delivery'), t(`delivery-${of.destination}`)],
        [
          t('expires'),
          of.expiresAt === null ? (
            of.destination === 'storage' ? null : (
              t('expiresIn', { count: of.expiresInDays })
            )
          ) : (
            <Moment key="expires" at={of.expiresAt} />
          ),
        ],
      ]}
    />
  )
}
