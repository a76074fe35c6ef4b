/** A mapping file as it was read: its bad lines, and its first rows. */
import type { MappingCheck } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { useReason } from './mapping-reason.ts'
import { mappingTexts } from './mapping-texts.ts'
import styles from './plain-table.module.css'

export function MappingProblems({ check }: { readonly check: MappingCheck }) {
  const t = useTexts(mappingTexts)
  const reason = useReason()
  const { problems, problemCount } = check
  return (
    <>
      <Notice kind="error" title={t('problems', { count: problemCount })}>
        {problems.length < problemCount && t('problemsShown', { shown: problems.length })}
      </Notice>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section className={styles.scroll} aria-label={t('problemsLabel')} tabIndex={0}>
        <table className={styles.table} data-problems>
          <thead>
            <tr>
              <th scope="col" className={styles.number}>
                {t('line')}
              </th>
              <th scope="col">{t('column')}</th>
              <th scope="col">{t('reason')}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map(each => (
              <tr key={`${each.line} ${each.column} ${each.reason}`}>
                <th scope="row" className={styles.number}>
                  {each.line}
                </th>
                <td>{each.column === '' ? t('wholeLine') : each.column}</td>
                <td>{reason(each.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

export function FirstRows({ rows }: { readonly rows: MappingCheck['firstRows'] }) {
  const t = useTexts(mappingTexts)
  const dated = rows.some(row => row.validFrom !== null || row.validTo !== null)
  return (
    <div>
      <h4 className={styles.title}>{t('firstRows')}</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section className={styles.scroll} aria-label={t('firstRows')} tabIndex={0}>
        <table className={styles.table} data-rows>
          <thead>
            <tr>
              <th scope="col" className={styles.number}>
                {t('line')}
              </th>
              <th scope="col">{t('userId')}</th>
              <th scope="col">{t('mailbox')}</th>
              {dated && <th scope="col">{t('validFrom')}</th>}
              {dated && <th scope="col">{t('validTo')}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.line}>
                <th scope="row" className={styles.number}>
                  {row.line}
                </th>
                <td>{row.externalUserId}</td>
                <td>{row.mailbox}</td>
                {dated && <td>{row.validFrom !== null && <Moment at={row.validFrom} />}</td>}
                {dated && <td>{row.validTo !== null && <Moment at={row.validTo} />}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
