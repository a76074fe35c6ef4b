/** Asks what becomes of a setup that is left: kept, as it is anyhow, or discarded, which is asked once more. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ConnectorDraft } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { connectorsTexts } from './texts.ts'
import { useDiscard } from './unfinished.tsx'
import { wizardTexts } from './wizard-texts.ts'

type Props = { readonly draft: ConnectorDraft; readonly onStay: () => void }

export function LeaveSetup({ draft, onStay }: Props) {
  const t = useTexts(wizardTexts)
  const c = useTexts(connectorsTexts)
  const navigate = useNavigate()
  const [discarding, setDiscarding] = useState(false)
  const leave = () => void navigate('/data-connectors')
  const discard = useMutation({ mutationFn: useDiscard(draft.connectorId), onSuccess: leave })
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onStay()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {discarding ? c('discardTitle', { product: draft.productName }) : t('cancelTitle')}
          </DialogTitle>
          <DialogContent>
            {discarding ? c('discardWhat') : t('cancelText')}
            {discard.error instanceof Problem && <ProblemNote problem={discard.error} />}
          </DialogContent>
          <DialogActions fluid>
            {!discarding && (
              <Button appearance="subtle" onClick={() => setDiscarding(true)}>
                {t('discard')}
              </Button>
            )}
            <Button onClick={onStay}>{t('stay')}</Button>
            <Button
              appearance="primary"
              disabledFocusable={discard.isPending}
              onClick={discarding ? () => discard.mutate() : leave}
            >
              {discarding ? c('discardAct') : t('keep')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
