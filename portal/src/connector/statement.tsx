/** The completeness statement of a run: both its sums, in Microsoft's words. */
import type { RunDetail } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { SumLine } from '../parts/sum-line.tsx'
import styles from './connector.module.css'
import { isOpen } from './run-status.tsx'
import { connectorTexts } from './texts.ts'

export function Statement({ run }: { readonly run: RunDetail }) {
  const t = useTexts(connectorTexts)
  const { items, filings } = run
  if (items.fromSource === null || isOpen(run))
    return (
      <div className={styles.sums}>
        <div>
          <h3>{t('soFar')}</h3>
          <Facts
            of={[
              [t('read'), <Count key="read" value={items.read} />],
              [t('filed'), <Count key="filed" value={items.filed} />],
              [t('unmapped'), <Count key="unmapped" value={items.unmapped} />],
              [t('duplicates'), <Count key="duplicates" value={items.duplicate} />],
              [t('failedItems'), <Count key="failed" value={items.failed} />],
            ]}
          />
        </div>
      </div>
    )
  const accounted = items.filed + items.unmapped + items.duplicate + items.disposed + items.failed
  return (
    <div className={styles.sums}>
      <div>
        <h3>{t('itemsSum')}</h3>
        <p>{t('itemsSumText')}</p>
        <SumLine
          whole={{ text: t('fromSource'), value: items.fromSource }}
          parts={[
            { text: t('filed'), value: items.filed },
            {
              text: t('unmapped'),
              value: items.unmapped,
              ...(items.unmapped > 0 ? { to: `/unmapped?connector=${run.connectorId}` } : {}),
            },
            { text: t('duplicates'), value: items.duplicate },
            ...(items.disposed > 0 ? [{ text: t('disposedBefore'), value: items.disposed }] : []),
            { text: t('failedItems'), value: items.failed },
          ]}
        />
      </div>
      <div>
        <h3>{t('filingsSum')}</h3>
        <p>{t('filingsSumText')}</p>
        <SumLine
          whole={{ text: t('available'), value: filings.available }}
          parts={[
            { text: t('importedShort'), value: filings.imported },
            { text: t('partialShort'), value: filings.partial },
            { text: t('skippedShort'), value: filings.skipped },
            {
              text: t('failedShort'),
              value: filings.failed,
              ...(filings.failed > 0 ? { to: '#failures' } : {}),
            },
          ]}
        />
      </div>
      {items.read !== accounted && (
        <div>
          <h3>{t('readSum')}</h3>
          <p>{t('readSumText')}</p>
          <SumLine
            whole={{ text: t('read'), value: items.read }}
            parts={[{ text: t('accounted'), value: accounted }]}
          />
        </div>
      )}
      {run.status === 'complete' && <Verdict run={run} />}
    </div>
  )
}

function Verdict({ run }: { readonly run: RunDetail }) {
  const t = useTexts(connectorTexts)
  const { fromSource, duplicate } = run.items
  return (
    <strong>
      {fromSource === 0
        ? t('quietDay')
        : duplicate === fromSource
          ? t('nothingNew', { count: duplicate })
          : t('bothAdd')}
    </strong>
  )
}
