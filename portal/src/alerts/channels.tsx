/** Where alerts go. A channel opens beside the list; a new one too. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { MailAlertRegular } from '@fluentui/react-icons/svg/mail-alert'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams } from 'react-router'
import { type AlertChannel, client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { alertTexts } from './texts.ts'

export const CHANNELS_KEY = ['alerts', 'channels']

/** All channels. */
export function useChannels(enabled = true) {
  return useQuery({
    queryKey: CHANNELS_KEY,
    queryFn: async ({ signal }) => (await client.listAlertChannels({ signal })).rows,
    enabled,
    refetchInterval: 30_000,
  })
}

export function Channels() {
  const t = useTexts(alertTexts)
  const w = useWords()
  const navigate = useNavigate()
  const mayChange = useHoldsRole('Organization Configuration')
  const query = useChannels(mayChange)
  const { channelId = null } = useParams()
  if (!mayChange)
    return (
      <Notice>
        <NeededRoles roles={['Organization Configuration']} />
      </Notice>
    )
  const add = (
    <Button
      appearance="primary"
      icon={<AddRegular />}
      onClick={() => void navigate('/alerts/channels/new', { preventScrollReset: true })}
    >
      {t('addChannel')}
    </Button>
  )
  return (
    <>
      {query.data !== undefined && query.data.length > 0 && <div>{add}</div>}
      <DataTable<AlertChannel>
        label={t('channels')}
        page={allRows(query)}
        rowKey={row => String(row.channelId)}
        rowLink={row => String(row.channelId)}
        selected={channelId}
        expected={2}
        empty={
          <EmptyState icon={<MailAlertRegular />} title={t('noChannels')} headingLevel={2} action={add}>
            {t('noChannelsText')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name, width: '22%' },
          { key: 'kind', header: t('kind'), cell: row => t(row.settings.kind), width: '110px' },
          {
            key: 'where',
            header: t('where'),
            cell: row =>
              row.settings.kind === 'email' ? row.settings.to.join(', ') : new URL(row.settings.url).host,
            cut: true,
          },
          {
            key: 'delivered',
            header: t('delivered'),
            cell: row => (row.deliveredAt === null ? w('never') : <Moment at={row.deliveredAt} />),
            width: '160px',
          },
          {
            key: 'status',
            header: w('status'),
            cell: row => <ChannelState of={row} />,
            width: '210px',
          },
        ]}
      />
      <p className={styles.muted}>{t('channelsNote')}</p>
      <Outlet />
    </>
  )
}

function ChannelState({ of }: { readonly of: AlertChannel }) {
  const t = useTexts(alertTexts)
  const w = useWords()
  if (!of.enabled) return <StatusBadge kind="paused" text={w('off')} />
  if (of.errorCode !== null)
    return <StatusBadge kind="bad" text={t('failing', { count: of.waiting })} why={of.errorMessage} />
  return <StatusBadge kind="good" text={w('on')} />
}
