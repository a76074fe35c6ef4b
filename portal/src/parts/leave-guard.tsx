/** Asks before a page with changes that are not saved is left, also by closing the window. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { useBeforeUnload, useBlocker } from 'react-router'
import { useWords } from './words.ts'

export function LeaveGuard({ changed }: { readonly changed: boolean }) {
  const w = useWords()
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => changed && currentLocation.pathname !== nextLocation.pathname,
  )
  useBeforeUnload(event => {
    if (changed) event.preventDefault()
  })
  if (blocker.state !== 'blocked') return null
  return (
    <Dialog open modalType="alert" onOpenChange={() => blocker.reset()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{w('unsaved')}</DialogTitle>
          <DialogContent>{w('unsavedWhy')}</DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={() => blocker.reset()}>
              {w('stay')}
            </Button>
            <Button onClick={() => blocker.proceed()}>{w('leave')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
