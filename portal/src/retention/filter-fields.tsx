/** Which messages of a mailbox a rule is about: kinds and connectors. Nothing chosen is all of them. */
import { Checkbox, Dropdown, Field, Option } from '@fluentui/react-components'
import { useTexts } from '../parts/language.ts'
import { useConnectors } from './choices.ts'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'

export const KINDS = ['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'] as const
export type Kind = (typeof KINDS)[number]

export type Filter = {
  readonly kinds: readonly string[] | null
  readonly connectorIds: readonly number[] | null
}

type Props = {
  readonly value: Filter
  readonly change: (changes: Partial<Filter>) => void
  /** What it cannot be made narrower than. */
  readonly kept?: Filter | null
}

/** An empty choice is none at all, and so every one. */
const chosen = <Each,>(each: readonly Each[]): readonly Each[] | null => (each.length === 0 ? null : each)

export function FilterFields({ value, change, kept = null }: Props) {
  const t = useTexts(retentionTexts)
  const kinds = value.kinds ?? []
  const isAllKept = kept !== null && kept.kinds === null
  return (
    <>
      <fieldset className={styles.part}>
        <legend>{t('kinds')}</legend>
        <div className={styles.boxes}>
          <Checkbox
            label={t('allKinds')}
            checked={value.kinds === null}
            disabled={isAllKept}
            onChange={(_, { checked }) =>
              change({ kinds: checked === true ? null : chosen(kept?.kinds ?? []) })
            }
          />
          {KINDS.map(kind => (
            <Checkbox
              key={kind}
              label={t(`kind_${kind}`)}
              checked={kinds.includes(kind)}
              disabled={isAllKept || kept?.kinds?.includes(kind) === true}
              onChange={(_, { checked }) =>
                change({
                  kinds: chosen(checked === true ? [...kinds, kind] : kinds.filter(each => each !== kind)),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      <ConnectorField
        value={value.connectorIds}
        kept={kept === null ? [] : kept.connectorIds}
        onChange={connectorIds => change({ connectorIds })}
      />
    </>
  )
}

function ConnectorField(props: {
  readonly value: readonly number[] | null
  /** Those that stay; null is all of them. */
  readonly kept: readonly number[] | null
  readonly onChange: (value: readonly number[] | null) => void
}) {
  const { value, kept, onChange } = props
  const t = useTexts(retentionTexts)
  const connectors = useConnectors()
  const nameOf = (id: number) =>
    connectors.find(each => each.connectorId === id)?.name ?? t('connectorNumber', { id })
  const ids = value ?? []
  const offered = [...new Set([...connectors.map(each => each.connectorId), ...ids])]
  return (
    <Field label={t('connectors')} className={styles.short!}>
      <Dropdown
        multiselect
        inlinePopup
        disabled={kept === null}
        value={value === null ? t('allConnectors') : ids.map(nameOf).join(', ')}
        selectedOptions={ids.map(String)}
        onOptionSelect={(_, { selectedOptions }) => onChange(chosen(selectedOptions.map(Number)))}
        style={{ minWidth: 0 }}
      >
        {offered.map(id => (
          <Option key={id} value={String(id)} text={nameOf(id)} disabled={kept?.includes(id) === true}>
            {nameOf(id)}
          </Option>
        ))}
      </Dropdown>
    </Field>
  )
}

/** The same in words: *SMS, Chat · O2*; what is not said is all. */
export function useFilterText(): {
  readonly kinds: (filter: Filter) => string
  readonly connectors: (filter: Filter) => string
} {
  const t = useTexts(retentionTexts)
  const connectors = useConnectors()
  return {
    kinds: ({ kinds }) =>
      kinds === null
        ? t('allKinds')
        : kinds.map(kind => (KINDS.includes(kind as Kind) ? t(`kind_${kind as Kind}`) : kind)).join(', '),
    connectors: ({ connectorIds }) =>
      connectorIds === null
        ? t('allConnectors')
        : connectorIds
            .map(id => connectors.find(each => each.connectorId === id)?.name ?? t('connectorNumber', { id }))
            .join(', '),
  }
}
