/** What the package is: its format, what stands around each match, the zone that days are counted in, duplicates. */
import { Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { DocumentTableRegular } from '@fluentui/react-icons/svg/document-table'
import { MailRegular } from '@fluentui/react-icons/svg/mail'
import { TableRegular } from '@fluentui/react-icons/svg/table'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { ChoiceCards } from './choice-cards.tsx'
import { type Change, CONTEXTS, type Draft, FORMATS, type Mistake } from './draft.ts'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'

const ICONS = {
  eml: <MailRegular />,
  mbox: <ArchiveRegular />,
  rsmf: <ChatMultipleRegular />,
  dat: <DocumentTableRegular />,
  table: <TableRegular />,
} as const

type Props = {
  readonly draft: Draft
  readonly change: Change
  /** Shown once somebody tried to go on. */
  readonly mistakes: ReadonlySet<Mistake>
}

export function PackagePart({ draft, change, mistakes }: Props) {
  const t = useTexts(makingTexts)
  return (
    <>
      <Section title={t('format')}>
        <div className={styles.form}>
          <ChoiceCards
            legend={t('format')}
            legendUnseen
            value={draft.format}
            onChoose={format => change({ format })}
            choices={FORMATS.map(value => ({
              value,
              title: t(`${value}-title`),
              text: t(`${value}-text`),
              icon: ICONS[value],
            }))}
          />
          {draft.format === 'rsmf' && (
            <Field hint={t('nativesHint')}>
              <Checkbox
                label={t('natives')}
                checked={draft.natives}
                onChange={(_, { checked }) => change({ natives: checked === true })}
              />
            </Field>
          )}
        </div>
      </Section>
      <Section title={t('around')}>
        <div className={styles.form}>
          <ChoiceCards
            legend={t('around')}
            legendUnseen
            small
            value={draft.context}
            onChoose={context => change({ context })}
            choices={CONTEXTS.map(value => ({
              value,
              title: t(`context-${value}`),
              text: t(`context-${value}-text`),
            }))}
          />
          {draft.context === 'around' && (
            <Field
              className={styles.short!}
              label={t('aroundCount')}
              {...(mistakes.has('around') ? { validationMessage: t('aroundWrong') } : {})}
            >
              <Input
                inputMode="numeric"
                value={draft.around}
                onChange={(_, { value }) => change({ around: value })}
              />
            </Field>
          )}
          {draft.context !== 'none' && <p className={styles.quiet}>{t('contextNote')}</p>}
          <div className={styles.pair}>
            <TimeZone value={draft.timeZone} onChange={timeZone => change({ timeZone })} />
            <Field label={t('duplicates')}>
              <RadioGroup
                value={draft.duplicates}
                onChange={(_, { value }) => change({ duplicates: value === 'kept' ? 'kept' : 'suppressed' })}
              >
                <Radio value="suppressed" label={t('suppressed')} />
                <Radio value="kept" label={t('kept')} />
              </RadioGroup>
            </Field>
          </div>
        </div>
      </Section>
    </>
  )
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')]

function TimeZone({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (zone: string) => void
}) {
  const t = useTexts(makingTexts)
  return (
    <Field label={t('timeZone')} hint={t('timeZoneHint')}>
      <Input
        value={value}
        list="export-time-zones"
        autoComplete="off"
        spellCheck={false}
        onChange={(_, change) => onChange(change.value)}
      />
      <datalist id="export-time-zones">
        {ZONES.map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </Field>
  )
}
