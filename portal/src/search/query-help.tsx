/** How to write a query, in a popover beside the box. */
import { Button, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components'
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { useEffect, useId, useRef, useState } from 'react'
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
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (wasOpen.current && !open) place.current?.focus()
    wasOpen.current = open
  }, [open])
  const button = (
    <Button
      ref={(element: HTMLElement | null) => {
        place.current = element
      }}
      className={styles.help!}
      size="small"
      appearance="subtle"
      icon={<QuestionCircleRegular />}
      aria-label={t('help')}
      title={t('help')}
      onClick={() => setOpen(true)}
    />
  )
  // A closed popover that traps the focus would put stops for it at both ends of the page.
  if (!open) return button
  return (
    <Popover trapFocus open onOpenChange={(_, change) => setOpen(change.open)} positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>{button}</PopoverTrigger>
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
