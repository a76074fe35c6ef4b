/** One condition: a property, how it is compared, and with what. */
import { Button, Dropdown, Input, Option, OptionGroup } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { Fragment } from 'react'
import type { QueryProperty } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import styles from './condition-builder.module.css'
import { type Comparison, comparisonsOf, isSingle, type Row } from './condition-form.ts'
import { conditionTexts } from './condition-texts.ts'
import { ConditionValues } from './condition-values.tsx'

const GROUPS = [
  ['people', ['party', 'number']],
  ['content', ['text', 'choice', 'item-class']],
  ['times', ['date', 'size', 'duration']],
  ['places', ['mailbox', 'folder', 'connector', 'conversation', 'hold', 'label', 'archived']],
] as const

type Props = {
  readonly number: number
  readonly row: Row
  readonly property: QueryProperty
  readonly properties: readonly QueryProperty[]
  readonly intervals: readonly string[]
  readonly disabled: boolean
  readonly onChange: (row: Row) => void
  readonly onRemove: () => void
}

export function ConditionRow(props: Props) {
  const { number, row, property, properties, intervals, disabled, onChange, onRemove } = props
  const t = useTexts(conditionTexts)
  const comparisons = comparisonsOf(property)
  const nameOf = (name: string) => t(`property_${name as 'from'}`)
  const compare = (comparison: Comparison) => {
    const kept = isSingle(comparison) === isSingle(row.comparison) && comparison !== 'within'
    const values =
      comparison === 'between' ? row.values : row.values.slice(0, isSingle(comparison) ? 1 : undefined)
    onChange({ ...row, comparison, values: kept && row.comparison !== 'within' ? values : [] })
  }
  return (
    <fieldset className={styles.row} aria-label={t('row', { number })}>
      <Dropdown
        className={styles.property!}
        aria-label={t('property')}
        disabled={disabled}
        value={nameOf(property.name)}
        selectedOptions={[property.name]}
        onOptionSelect={(_, { optionValue }) => {
          const chosen = properties.find(each => each.name === optionValue)
          if (!chosen || chosen.name === property.name) return
          onChange({ ...row, property: chosen.name, comparison: comparisonsOf(chosen)[0]!, values: [] })
        }}
      >
        {GROUPS.map(([group, forms]) => (
          <OptionGroup key={group} label={t(group)}>
            {properties
              .filter(each => (forms as readonly string[]).includes(each.form))
              .map(each => (
                <Option key={each.name} value={each.name} text={nameOf(each.name)}>
                  {nameOf(each.name)}
                </Option>
              ))}
          </OptionGroup>
        ))}
      </Dropdown>
      <Dropdown
        className={styles.comparison!}
        aria-label={t('operator')}
        disabled={disabled}
        value={t(`op_${row.comparison}`)}
        selectedOptions={[row.comparison]}
        onOptionSelect={(_, { optionValue }) => optionValue && compare(optionValue as Comparison)}
      >
        {comparisons.map(each => (
          <Option key={each} value={each} text={t(`op_${each}`)}>
            {t(`op_${each}`)}
          </Option>
        ))}
      </Dropdown>
      <div className={styles.value}>
        <Value row={row} property={property} intervals={intervals} disabled={disabled} onChange={onChange} />
      </div>
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={t('remove', { number })}
        title={t('remove', { number })}
        disabled={disabled}
        onClick={onRemove}
      />
    </fieldset>
  )
}

type ValueProps = Pick<Props, 'row' | 'property' | 'intervals' | 'disabled' | 'onChange'>

function Value({ row, property, intervals, disabled, onChange }: ValueProps) {
  const t = useTexts(conditionTexts)
  const set = (values: readonly string[]) => onChange({ ...row, values })
  const { form } = property
  if (row.comparison === 'within' || form === 'choice') {
    const choices = row.comparison === 'within' ? intervals : (property.choices ?? [])
    const several = row.comparison !== 'within'
    const nameOf = (value: string) => t(`choice_${value as 'sms'}`)
    return (
      <Dropdown
        className={styles.whole!}
        aria-label={t('value')}
        multiselect={several}
        disabled={disabled}
        value={row.values.map(nameOf).join(', ')}
        selectedOptions={[...row.values]}
        onOptionSelect={(_, { selectedOptions }) => set(selectedOptions)}
      >
        {choices.map(each => (
          <Option key={each} value={each} text={nameOf(each)}>
            {nameOf(each)}
          </Option>
        ))}
      </Dropdown>
    )
  }
  if (!isSingle(row.comparison))
    return <ConditionValues property={property} values={row.values} disabled={disabled} onChange={set} />
  const type = form === 'date' ? 'date' : 'text'
  const hint = form === 'size' ? t('hint_size') : form === 'duration' ? t('hint_duration') : ''
  if (row.comparison === 'between')
    return (
      <div className={styles.pair}>
        {(['from', 'to'] as const).map((end, index) => (
          <Fragment key={end}>
            {index === 1 && <span aria-hidden>–</span>}
            <Input
              className={styles.end!}
              type={type}
              aria-label={t(end)}
              placeholder={hint}
              disabled={disabled}
              value={row.values[index] ?? ''}
              onChange={(_, { value }) =>
                set(index === 0 ? [value, row.values[1] ?? ''] : [row.values[0] ?? '', value])
              }
            />
          </Fragment>
        ))}
      </div>
    )
  return (
    <Input
      className={styles.whole!}
      type={type}
      aria-label={t('value')}
      placeholder={hint}
      disabled={disabled}
      value={row.values[0] ?? ''}
      onChange={(_, { value }) => set([value])}
    />
  )
}
