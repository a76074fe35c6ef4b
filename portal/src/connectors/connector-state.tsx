/** How a connector is, as a badge that says why. */
import type { ConnectorSummary } from '../client/client.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { StatusBadge, type StatusKind } from '../parts/status-badge.tsx'
import { connectorsTexts } from './texts.ts'

const KINDS: Readonly<Record<ConnectorSummary['state'], StatusKind>> = {
  importing: 'working',
  'up-to-date': 'good',
  behind: 'warning',
  paused: 'paused',
  'cannot-sign-in': 'bad',
  'needs-attention': 'bad',
  'setup-not-finished': 'waiting',
}

type Props = { readonly of: Pick<ConnectorSummary, 'state' | 'reason' | 'code' | 'since'> }

export function ConnectorState({ of }: Props) {
  const t = useTexts(connectorsTexts)
  const text = of.state === 'paused' ? t('pausedState') : t(of.state)
  return <StatusBadge kind={KINDS[of.state]} text={text} why={useWhy(of)} />
}

/** Why it is so, in a sentence. */
function useWhy({ reason, code, since }: Props['of']): string {
  const t = useTexts(connectorsTexts)
  const [language] = useLanguage()
  const when = since === null ? '' : momentText(since, language)
  switch (reason) {
    case 'import-under-way':
      return t('whyImporting', { when })
    case 'import-waits':
      return t('whyWaits', { code: code ?? '' })
    case 'import-overdue':
      return t('whyOverdue', { when })
    case 'first-import-ahead':
      return t('whyFirst')
    case 'last-import-complete':
      return t('whyComplete')
    case 'paused':
      return t('whyPaused')
    case 'sign-in-refused':
      return code === 'SITE_SIGN_IN_SUSPENDED' ? t('whySuspended') : t('whyWrong')
    case 'import-failed':
      return t('whyFailed', { code: code ?? '' })
    case 'sums-differ':
      return t('whySums')
    case 'setup-not-finished':
      return t('whySetup')
  }
}
