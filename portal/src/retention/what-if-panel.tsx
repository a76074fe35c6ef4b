/** What a policy would do, in a panel beside it: turned on if it is off, turned off if it is on. */
import { useOutletContext } from 'react-router'
import type { RetentionPolicy } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { SidePanel } from '../parts/side-panel.tsx'
import { policyTexts } from './policy-texts.ts'
import { WhatIfAnswer } from './what-if.tsx'

export function WhatIfPanel() {
  const t = useTexts(policyTexts)
  const { policyId, name, state } = useOutletContext<RetentionPolicy>()
  return (
    <SidePanel
      title={t(state === 'on' ? 'whatIf-off-title' : 'whatIf-title', { name })}
      subtitle={t('whatIfPurpose')}
      closeTo={`/retention/policies/${policyId}`}
      wide
    >
      <WhatIfAnswer of={{ policyId, enabled: state !== 'on' }} />
    </SidePanel>
  )
}
