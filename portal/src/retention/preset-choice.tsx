/** Beginning a policy with a preset, which fills in the form; what it claims and does not stays in sight. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import type { RetentionPreset } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { policyTexts } from './policy-texts.ts'
import { presetTexts } from './preset-texts.ts'
import { usePresets } from './presets.ts'
import styles from './retention.module.css'
import { usePeriodText } from './rule-text.ts'

type Props = {
  readonly value: RetentionPreset | null
  readonly onChoose: (preset: RetentionPreset | null) => void
  /** Adds what an authority can ask for. */
  readonly onExtend: (extension: string) => void
}

export function PresetChoice({ value, onChoose, onExtend }: Props) {
  const t = useTexts(policyTexts)
  const presets = usePresets()
  const periodText = usePeriodText()
  return (
    <Section title={t('begin')}>
      <div className={styles.form}>
        {/* biome-ignore lint/a11y/useSemanticElements: buttons that are pressed, not the fields of a form */}
        <div role="group" aria-label={t('begin')} className={styles.presets}>
          <button
            type="button"
            className={styles.preset}
            aria-pressed={value === null}
            onClick={() => onChoose(null)}
          >
            <strong>{t('own')}</strong>
            <span className={styles.second}>{t('ownText')}</span>
          </button>
          {presets.map(preset => (
            <button
              key={preset.presetId}
              type="button"
              className={styles.preset}
              aria-pressed={preset.presetId === value?.presetId}
              onClick={() => onChoose(preset)}
            >
              <strong>{preset.name}</strong>
              <span className={styles.second}>{t('presetKeeps', { period: periodText(preset.period) })}</span>
            </button>
          ))}
        </div>
        {value !== null && <Chosen of={value} onExtend={onExtend} />}
      </div>
    </Section>
  )
}

function Chosen(props: { readonly of: RetentionPreset; readonly onExtend: (extension: string) => void }) {
  const { of: preset, onExtend } = props
  const { presetId, extension, sources } = preset
  const t = useTexts(policyTexts)
  const p = useTexts(presetTexts)
  const periodText = usePeriodText()
  return (
    <Notice title={preset.name}>
      <div className={styles.tight}>
        <span>{p(`${presetId}-says`)}</span>
        <span>{p(`${presetId}-claims`)}</span>
        <span className={styles.sources}>
          {sources.map(({ title, url }) => (
            <a key={url} href={url} target="_blank" rel="noopener noreferrer">
              {title}
            </a>
          ))}
        </span>
        <span>{t('presetNote')}</span>
        {extension !== null && (
          <div>
            <Button icon={<AddRegular />} onClick={() => onExtend(extension)}>
              {t('extend', { period: periodText(extension) })}
            </Button>
          </div>
        )}
      </div>
    </Notice>
  )
}
