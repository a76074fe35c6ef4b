/** One message by its id: what is decided for it, or the tombstone that is left. Without its content. */
import { useParams } from 'react-router'
import { Explained } from '../mailboxes/explanation.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { disposalTexts } from './disposal-texts.ts'
import styles from './disposition.module.css'
import { dispositionTexts } from './texts.ts'

export function ItemPage() {
  const d = useTexts(dispositionTexts)
  const t = useTexts(disposalTexts)
  const { itemId = '' } = useParams()
  return (
    <Page
      title={t('itemTitle', { id: itemId })}
      purpose={t('itemPurpose')}
      crumbs={[{ text: d('title'), to: '/disposition' }]}
      reading
    >
      <section aria-labelledby="decided">
        <h2 id="decided" className={styles.heading}>
          {t('decided')}
        </h2>
        <Explained itemId={itemId} />
      </section>
    </Page>
  )
}
