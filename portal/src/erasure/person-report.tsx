/** The report for the person: in which language, and how. Each download is recorded. */
import { Button, Field, Select } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useState } from 'react'
import { client, type ErasureDetail } from '../client/client.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import styles from './erasure.module.css'
import { erasureTexts } from './texts.ts'

export function PersonReport({ of: { requestId } }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  const [own] = useLanguage()
  const [language, setLanguage] = useState<'en' | 'sv'>(own)
  return (
    <div className={styles.inside}>
      <p className={styles.note}>{t('reportText')}</p>
      <div className={styles.report}>
        <Field label={t('reportLanguage')} className={styles.filter!}>
          <Select value={language} onChange={(_, { value }) => setLanguage(value === 'sv' ? 'sv' : 'en')}>
            <option value="en">English</option>
            <option value="sv">Svenska</option>
          </Select>
        </Field>
        <Button
          as="a"
          icon={<ArrowDownloadRegular />}
          href={client.getErasureReportPage({ requestId, language })}
          download
        >
          {t('reportPage')}
        </Button>
        <Button
          as="a"
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          href={client.getErasureReportTable({ requestId, language })}
          download
        >
          {t('reportTable')}
        </Button>
      </div>
    </div>
  )
}
