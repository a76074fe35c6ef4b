/** The custom mapping of a connector line by line, as it is or as it was on a day; edits, a file, and the history. */
import { Button, Input } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { useId } from 'react'
import { Outlet, useLocation, useNavigate, useParams } from 'react-router'
import { client, type MappingLine } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { StatusBadge, type StatusKind } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { lineTexts } from './mapping-texts.ts'
import { Party } from './party.tsx'
import { SearchField } from './search-field.tsx'
import { connectorKey, useConnector } from './use-connector.ts'
import { useValidity } from './validity.tsx'

const STATES: Readonly<Record<MappingLine['state'], StatusKind>> = {
  valid: 'good',
  future: 'waiting',
  ended: 'neutral',
}

export function Mapping() {
  const t = useTexts(lineTexts)
  const w = useWords()
  const [language] = useLanguage()
  const connector = useConnector()
  const { connectorId } = connector
  const mayChange = useHoldsRole('Mailbox Import Export')
  const [{ q, on }, change] = useUrlState({ q: '', on: '' })
  const { entryId = null } = useParams()
  const { search: filters } = useLocation()
  const navigate = useNavigate()
  const validity = useValidity()
  const at = momentOf(on)
  const onId = useId()
  const page = usePage({
    key: [...connectorKey(connectorId), 'mapping', q, at],
    read: ({ after, signal }) =>
      client.listMapping({ connectorId, search: q, at: at ?? undefined, limit: 50, after, signal }),
  })
  const go = (place: string) =>
    void navigate({ pathname: place, search: filters }, { preventScrollReset: true })
  return (
    <>
      <p className={styles.lead}>{connector.automaticMapping ? t('purpose') : t('purposeOff')}</p>
      <div className={styles.tools}>
        <SearchField label={t('search')} value={q} onSearch={text => change({ q: text })} />
        <div className={styles.on}>
          <label htmlFor={onId}>{t('asItWas')}</label>
          <Input
            id={onId}
            type="date"
            value={on}
            max={new Date().toISOString().slice(0, 10)}
            onChange={(_, { value }) => change({ on: value })}
          />
        </div>
        <div className={`${styles.acts} ${styles.push}`}>
          {mayChange && (
            <>
              <Button size="small" appearance="subtle" icon={<AddRegular />} onClick={() => go('add')}>
                {t('addLine')}
              </Button>
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowUploadRegular />}
                onClick={() => go('file')}
              >
                {t('useFile')}
              </Button>
            </>
          )}
          <Button size="small" appearance="subtle" icon={<HistoryRegular />} onClick={() => go('history')}>
            {t('history')}
          </Button>
          <Button
            as="a"
            size="small"
            appearance="subtle"
            icon={<ArrowDownloadRegular />}
            href={client.downloadCustomMapping({ connectorId })}
            download
          >
            {t('export')}
          </Button>
        </div>
      </div>
      {at !== null && (
        <Notice
          action={
            <Button size="small" onClick={() => change({ on: null })}>
              {t('backToNow')}
            </Button>
          }
        >
          {t('asItWasNote', { day: momentText(at, language, 'date') })}
        </Notice>
      )}
      <DataTable<MappingLine>
        label={t('label')}
        page={page}
        rowKey={line => line.entryId}
        selected={entryId}
        rowLink={line => `${line.entryId}${filters}`}
        empty={
          q === '' ? (
            <EmptyState title={t('none')} headingLevel={2}>
              {at === null && t('noneText')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('noneHere')}
              headingLevel={2}
              action={<Button onClick={() => change({ q: null })}>{t('clear')}</Button>}
            />
          )
        }
        columns={[
          {
            key: 'id',
            header: t('userId'),
            width: '200px',
            cell: line => <Party name={line.externalUserId} />,
          },
          {
            key: 'mailbox',
            header: w('mailbox'),
            cell: line => (
              <span className={styles.two}>
                <span>{line.mailboxName ?? line.mailboxAddress}</span>
                <span
                  className={line.mailboxName === null ? `${styles.second} ${styles.bad}` : styles.second}
                >
                  {line.mailboxName === null ? t('gone') : line.mailboxAddress}
                </span>
              </span>
            ),
          },
          { key: 'validity', header: t('valid'), cell: validity },
          {
            key: 'state',
            header: w('status'),
            width: '120px',
            cell: line => <StatusBadge kind={STATES[line.state]} text={t(`state ${line.state}`)} />,
          },
          {
            key: 'changed',
            header: t('changed'),
            cell: line =>
              line.changedAt === null ? null : (
                <span className={styles.two}>
                  <Moment at={line.changedAt} />
                  <span className={styles.second}>{(line.changedBy ?? '').replace(/^person:/, '')}</span>
                </span>
              ),
          },
        ]}
      />
      <Outlet context={connector} />
    </>
  )
}

/** The end of a local day, or now where that is earlier. */
function momentOf(day: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null
  const end = new Date(`${day}T23:59:59.999`)
  return Number.isNaN(end.getTime()) ? null : end.toISOString()
}
