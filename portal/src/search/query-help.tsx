/** How to write a query, in a popover beside the box. */
import { Button, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components'
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { useId } from 'react'
import { useTexts } from '../parts/language.ts'
import styles from './query-box.module.css'
import { queryTexts } from './query-texts.ts'

const EXAMPLES = [
  ['lunch tomorrow', 'helpWords'],
  ['"quarterly report"', 'helpPhrase'],
  ['invest*', 'helpPrefix'],
  ['(gold OR silver) NOT price', 'helpEither'],
  ['buy NEAR(5) shares', 'helpNear'],
  ['from:susan@contoso.example', 'helpPerson'],
  ['sent>=2026-11-01', 'helpDate'],
  ['kind:call status:missed', 'helpKind'],
  ['hasattachment:true size>5MB', 'helpSize'],
] as const

export function QueryHelp() {
  const t = useTexts(queryTexts)
  const title = useId()
  return (
    <Popover trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button
          className={styles.help!}
          size="small"
          appearance="subtle"
          icon={<QuestionCircleRegular />}
          aria-label={t('help')}
          title={t('help')}
        />
      </PopoverTrigger>
      <PopoverSurface aria-labelledby={title}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that a keyboard must reach it */}
        <section className={styles.helpText} tabIndex={0} aria-labelledby={title}>
          <h2 id={title}>{t('help')}</h2>
          <p>{t('helpLead')}</p>
          <dl className={styles.examples}>
            {EXAMPLES.map(([example, meaning]) => (
              <div key={example} style={{ display: 'contents' }}>
                <dt lang="en">{example}</dt>
                <dd>{t(meaning)}</dd>
              </div>
            ))}
          </dl>
          <p>{t('helpMore')}</p>
          <p>{t('keys')}</p>
        </section>
      </PopoverSurface>
    </Popover>
  )
}
