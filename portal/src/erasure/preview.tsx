/** What a request would be about, counted, and by what else the same persons are known. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import type { ErasureIdentity, ErasurePreview } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { SumLine } from '../parts/sum-line.tsx'
import { enteringTexts } from './entering-texts.ts'
import styles from './erasure.module.css'
import { identityText } from './erasure-state.tsx'
import { erasureTexts } from './texts.ts'

/** Mailboxes that are listed one by one. */
const MAILBOXES = 12

type Props = {
  readonly of: ErasurePreview
  readonly add: (identity: ErasureIdentity) => void
}

export function Preview({ of, add }: Props) {
  const t = useTexts(enteringTexts)
  const e = useTexts(erasureTexts)
  const [language] = useLanguage()
  if (of.items === 0)
    return (
      <div className={styles.inside}>
        <Notice title={t('nothing')}>{t('nothingText')}</Notice>
        <Known of={of.alsoKnownAs} add={add} />
      </div>
    )
  const both = Math.max(0, of.held + of.retained - (of.copies - of.erasable))
  return (
    <div className={styles.inside}>
      <p className={styles.large}>
        {t('found', { count: of.items })}{' '}
        {of.firstAt !== null && of.lastAt !== null && (
          <span className={styles.second}>
            {t('between', {
              where: t('inMailboxes', { count: of.byMailbox.length }),
              first: momentText(of.firstAt, language, 'date'),
              last: momentText(of.lastAt, language, 'date'),
            })}
          </span>
        )}
      </p>
      <SumLine
        whole={{ text: e('copies'), value: of.copies }}
        parts={[
          { text: t('erasable'), value: of.erasable },
          { text: t('onlyHeld'), value: of.held - both },
          { text: t('onlyRetained'), value: of.retained - both },
          ...(both > 0 ? [{ text: t('heldAndRetained'), value: both }] : []),
        ]}
      />
      {of.copies > of.erasable && <p className={styles.note}>{t('keptText')}</p>}
      <table className={styles.counts}>
        <thead>
          <tr>
            <th scope="col">{e('mailbox')}</th>
            <th scope="col">{e('copies')}</th>
            <th scope="col">{e('kept')}</th>
          </tr>
        </thead>
        <tbody>
          {of.byMailbox.slice(0, MAILBOXES).map(each => (
            <tr key={each.mailboxId}>
              <td>{each.address}</td>
              <td>
                <Count value={each.copies} />
              </td>
              <td>
                <Count value={each.kept} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.byMailbox.length > MAILBOXES && (
        <p className={styles.second}>{t('moreMailboxes', { count: of.byMailbox.length - MAILBOXES })}</p>
      )}
      <Known of={of.alsoKnownAs} add={add} />
    </div>
  )
}

function Known({ of, add }: { readonly of: readonly ErasureIdentity[]; readonly add: Props['add'] }) {
  const t = useTexts(enteringTexts)
  const e = useTexts(erasureTexts)
  const [language] = useLanguage()
  if (of.length === 0) return null
  return (
    <div className={styles.inside}>
      <strong>{t('alsoKnownAs')}</strong>
      <p className={styles.note}>{t('alsoKnownAsText')}</p>
      <ul className={styles.chips}>
        {of.map(each => {
          const text = identityText(each, e, language)
          return (
            <li key={text}>
              <Button
                size="small"
                icon={<AddRegular />}
                onClick={() => add(each)}
                aria-label={t('addNamed', { name: text })}
              >
                {text}
              </Button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
