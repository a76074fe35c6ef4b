/** The archive's keys: which there are and since when, whether the master key is copied, and changing it. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { KeyResetRegular } from '@fluentui/react-icons/svg/key-reset'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type KeyState } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './settings.module.css'
import { settingTexts } from './texts.ts'

const KEY = ['settings', 'keys']
const PURPOSES = [
  'identity',
  'search',
  'staging',
  'credential',
  'audit-seal',
  'item',
  'audit-signing',
] as const

export function Keys() {
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => client.getKeyState({ signal }) })
  if (query.data !== undefined) return <State of={query.data} />
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  return <SkeletonBlock height="420px" />
}

function State({ of }: { readonly of: KeyState }) {
  const t = useTexts(settingTexts)
  const queries = useQueryClient()
  const mayChange = useHoldsRole('Organization Configuration')
  const mayTake = useHoldsRole('Organization Configuration', 'Audit Logs')
  const [asked, setAsked] = useState<'copied' | 'change' | null>(null)
  const { masterKeyId } = of
  const again = async () => {
    await queries.invalidateQueries({ queryKey: KEY })
    await queries.invalidateQueries({ queryKey: ['home'] })
  }
  return (
    <div className={styles.stack}>
      {of.copiedAt === null && (
        <Notice kind="warning" title={t('notCopied')}>
          {t('notCopiedText')} <code>{of.masterKeyFile}</code>
          {mayChange && (
            <div className={styles.noticeAct}>
              <Button size="small" onClick={() => setAsked('copied')}>
                {t('sayCopied')}
              </Button>
            </div>
          )}
        </Notice>
      )}
      <Section
        title={t('masterKey')}
        aside={
          mayChange && (
            <Button size="small" icon={<KeyResetRegular />} onClick={() => setAsked('change')}>
              {t('changeKey')}
            </Button>
          )
        }
      >
        <Facts
          of={[
            [t('keyId'), <code key="id">{masterKeyId}</code>],
            [t('masterKeyFile'), <code key="file">{of.masterKeyFile}</code>],
            [t('copied'), of.copiedAt === null ? t('copiedNot') : <Moment key="at" at={of.copiedAt} />],
          ]}
        />
        <p className={styles.note}>{t('masterKeyText')}</p>
      </Section>
      <Section title={t('purposeKeys')}>
        <p className={styles.lead}>{t('purposeKeysText')}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
        <section className={styles.scroll} aria-label={t('keysTable')} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('purpose1')}</th>
                <th scope="col">{t('protects')}</th>
                <th scope="col" data-align="end">
                  {t('version')}
                </th>
                <th scope="col">{t('made')}</th>
              </tr>
            </thead>
            <tbody>
              {of.keys.map(({ purpose, version, createdAt }) => {
                const known = PURPOSES.find(each => each === purpose)
                return (
                  <tr key={`${purpose} ${version}`}>
                    <th scope="row">
                      <code>{purpose}</code>
                    </th>
                    <td>{known === undefined ? null : t(`key-${known}`)}</td>
                    <td data-align="end">{version}</td>
                    <td>
                      <Moment at={createdAt} kind="date" />
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </section>
      </Section>
      {mayTake && (
        <Section title={t('publicKey')}>
          <p className={styles.lead}>{t('publicKeyText')}</p>
          <Button
            as="a"
            size="small"
            icon={<ArrowDownloadRegular />}
            href={client.downloadPublicKey()}
            download
          >
            {t('downloadKey')}
          </Button>
        </Section>
      )}
      {asked === 'copied' && (
        <Confirm
          title={t('copiedTitle')}
          act={t('sayCopied')}
          onConfirm={async () => {
            await client.confirmMasterKeyCopied({ body: { masterKeyId } })
            await again()
          }}
          onClose={() => setAsked(null)}
        >
          {t('copiedAsk', { id: masterKeyId })}
        </Confirm>
      )}
      {asked === 'change' && (
        <Confirm
          title={t('changeTitle')}
          act={t('changeKey')}
          typed={masterKeyId}
          onConfirm={async () => {
            await client.changeMasterKey({ body: { masterKeyId } })
            showDone(t('changed'))
            await again()
          }}
          onClose={() => setAsked(null)}
        >
          {t('changeText')}
        </Confirm>
      )}
    </div>
  )
}
