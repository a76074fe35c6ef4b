/** Asks what becomes of a setup that is left: kept, as it is anyhow, or discarded. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ConnectorDraft } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { DiscardSetup } from './unfinished.tsx'
import { wizardTexts } from './wizard-texts.ts'

type Props = { readonly draft: ConnectorDraft; readonly onStay: () => void }

export function LeaveSetup({ draft, onStay }: Props) {
  const t = useTexts(wizardTexts)
  const navigate = useNavigate()
  const [discarding, setDiscarding] = useState(false)
  if (discarding)
    return (
      <DiscardSetup
        connectorId={draft.connectorId}
        product={draft.productName}
        onClose={onStay}
        onDone={() => void navigate('/data-connectors')}
      />
    )
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onStay()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('cancelTitle')}</DialogTitle>
          <DialogContent>{t('cancelText')}</DialogContent>
          <DialogActions fluid>
            <Button appearance="subtle" onClick={() => setDiscarding(true)}>
              {t('discard')}
            </Button>
            <Button onClick={onStay}>{t('stay')}</Button>
            <Button appearance="primary" onClick={() => void navigate('/data-connectors')}>
              {t('keep')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
