/** Why a message is kept, in a panel beside it. */

import { useTexts } from '../parts/language.ts'
import { SidePanel } from '../parts/side-panel.tsx'
import { Explained } from './explanation.tsx'
import { explanationTexts } from './explanation-texts.ts'

export function ExplanationPanel({ itemId, closeTo }: { readonly itemId: string; readonly closeTo: string }) {
  const t = useTexts(explanationTexts)
  return (
    <SidePanel title={t('why')} subtitle={t('whyWhat')} closeTo={closeTo} wide>
      <Explained itemId={itemId} />
    </SidePanel>
  )
}
