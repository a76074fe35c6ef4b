/** Setups that were begun and not finished: each can be continued from any browser, or discarded. */
import { Button } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { type ConnectorSummary, client } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './connectors.module.css'
import { connectorsTexts } from './texts.ts'
import { LIST_KEY } from './use-imports.ts'

/** All of them, or those of one product. */
export function Unfinished({ productId }: { readonly productId?: string }) {
  const t = useTexts(connectorsTexts)
  const [language] = useLanguage()
  const [discarding, setDiscarding] = useState<ConnectorSummary | null>(null)
  const connectors = useQuery({
    queryKey: [...LIST_KEY, 'all'],
    queryFn: ({ signal }) => client.listConnectors({ limit: 200, signal }),
  })
  const drafts = (connectors.data?.rows ?? []).filter(
    row => row.setupStep !== null && (productId === undefined || row.product.id === productId),
  )
  if (drafts.length === 0) return null
  return (
    <Notice kind="warning" title={t('unfinished', { count: drafts.length })}>
      <ul className={styles.drafts}>
        {drafts.map(draft => (
          <li key={draft.connectorId}>
            <span>
              {t('unfinishedBy', {
                product: draft.product.name,
                when: momentText(draft.createdAt, language),
                who: draft.createdBy.replace(/^person:/, ''),
              })}
            </span>
            <span className={styles.draftActs}>
              <Link
                to={`/data-connectors/setup/${draft.connectorId}/${draft.setupStep}`}
                aria-label={t('continueSetup', { product: draft.product.name })}
              >
                {t('continue')}
              </Link>
              <Button
                size="small"
                appearance="subtle"
                aria-label={t('discardSetup', { product: draft.product.name })}
                onClick={() => setDiscarding(draft)}
              >
                {t('discard')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {discarding !== null && (
        <DiscardSetup
          connectorId={discarding.connectorId}
          product={discarding.product.name}
          onClose={() => setDiscarding(null)}
        />
      )}
    </Notice>
  )
}

type DiscardProps = {
  readonly connectorId: number
  readonly product: string
  readonly onClose: () => void
}

function DiscardSetup({ connectorId, product, onClose }: DiscardProps) {
  const t = useTexts(connectorsTexts)
  const discard = useDiscard(connectorId)
  return (
    <Confirm
      title={t('discardTitle', { product })}
      act={t('discardAct')}
      onConfirm={discard}
      onClose={onClose}
    >
      {t('discardWhat')}
    </Confirm>
  )
}

/** Gives the setup up, whatever revision it is at. */
export function useDiscard(connectorId: number): () => Promise<void> {
  const t = useTexts(connectorsTexts)
  const queries = useQueryClient()
  return async () => {
    const { revision } = await client.getConnectorDraft({ connectorId })
    await client.discardConnectorDraft({ connectorId, revision })
    queries.removeQueries({ queryKey: ['connectors', connectorId] })
    queries.setQueriesData<{ readonly rows: readonly ConnectorSummary[] }>({ queryKey: LIST_KEY }, listed =>
      listed === undefined
        ? listed
        : { ...listed, rows: listed.rows.filter(row => row.connectorId !== connectorId) },
    )
    void queries.invalidateQueries({ queryKey: LIST_KEY })
    showDone(t('discarded'))
  }
}
