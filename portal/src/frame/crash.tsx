/** Shown in place of a page that threw. A chunk that is gone means that the portal was updated under an open page. */
import { Button } from '@fluentui/react-components'
import { ErrorCircleRegular } from '@fluentui/react-icons/svg/error-circle'
import { useRouteError } from 'react-router'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import styles from './crash.module.css'
import { frameTexts } from './texts.ts'

/** `whole` where the frame itself is gone. */
export function Crash({ whole = false }: { readonly whole?: boolean }) {
  const t = useTexts(frameTexts)
  const error = useRouteError()
  const outdated =
    error instanceof TypeError && /dynamically imported module|module script/i.test(error.message)
  return (
    <div className={whole ? styles.whole : undefined} role="alert">
      <EmptyState
        icon={<ErrorCircleRegular />}
        title={outdated ? t('outdated') : t('crashed')}
        action={
          <Button appearance="primary" onClick={() => location.reload()}>
            {t('reload')}
          </Button>
        }
      >
        {outdated ? t('outdatedWhy') : t('crashedWhy')}
      </EmptyState>
    </div>
  )
}
