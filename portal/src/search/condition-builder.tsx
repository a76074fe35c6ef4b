/**
 * Conditions as rows of property, comparison and value, for whoever would not write them. They are the query's own
 * text: what is chosen here is written into the box, and what the box says is shown here (condition-text.ts).
 */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { QueryProperty } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import styles from './condition-builder.module.css'
import { conditionOf, type Row, rowOf } from './condition-form.ts'
import { ConditionRow } from './condition-row.tsx'
import { type Condition, divided, joined } from './condition-text.ts'
import { conditionTexts } from './condition-texts.ts'
import { useProperties } from './query-suggestions.ts'

type Props = {
  /** The whole query. */
  readonly value: string
  readonly onChange: (value: string) => void
  readonly disabled?: boolean
}

export function ConditionBuilder({ value, onChange, disabled = false }: Props) {
  const t = useTexts(conditionTexts)
  const { properties, intervals } = useProperties()
  const lastKey = useRef(0)
  const [rows, setRows] = useState<readonly Row[]>([])
  const read = useMemo(() => readRows(value, properties, intervals), [value, properties, intervals])
  // Rows follow the text; those that lack a value are in no text and stay.
  useEffect(() => {
    if (properties.length === 0) return
    setRows(present => {
      const written = present.map(conditionOf).filter(each => each !== null)
      if (JSON.stringify(written) === JSON.stringify(read.conditions)) return present
      const shown = read.conditions.map(condition => {
        lastKey.current++
        return rowOf(condition, formOf(properties, condition.property), intervals, lastKey.current)!
      })
      return [...shown, ...present.filter(row => conditionOf(row) === null)]
    })
  }, [read, properties, intervals])
  const write = (changed: readonly Row[]) => {
    setRows(changed)
    const conditions = changed.map(conditionOf).filter(each => each !== null)
    const text = joined({ keywords: read.keywords, conditions })
    if (text !== value) onChange(text)
  }
  const add = () => {
    lastKey.current++
    setRows([...rows, { key: lastKey.current, property: 'from', comparison: 'is', values: [] }])
  }
  return (
    <section className={styles.builder} aria-label={t('title')}>
      <p className={styles.lead}>{t('lead')}</p>
      {rows.map((row, index) => {
        const property = properties.find(each => each.name === row.property)
        if (property === undefined) return null
        return (
          <ConditionRow
            key={row.key}
            number={index + 1}
            row={row}
            property={property}
            properties={properties}
            intervals={intervals}
            disabled={disabled}
            onChange={changed => write(rows.map(each => (each.key === row.key ? changed : each)))}
            onRemove={() => write(rows.filter(each => each.key !== row.key))}
          />
        )
      })}
      <Button icon={<AddRegular />} size="small" disabled={disabled || properties.length === 0} onClick={add}>
        {t('add')}
      </Button>
    </section>
  )
}

/** What the builder can show of a query; what it has no row for is left among the words. */
function readRows(
  text: string,
  properties: readonly QueryProperty[],
  intervals: readonly string[],
): { readonly keywords: string; readonly conditions: readonly Condition[] } {
  const parts = divided(text, new Set(properties.map(each => each.name)))
  const shown = (condition: Condition) =>
    rowOf(condition, formOf(properties, condition.property), intervals, 0) !== null
  return parts.conditions.every(shown) ? parts : { keywords: text, conditions: [] }
}

function formOf(properties: readonly QueryProperty[], name: string): string {
  return properties.find(each => each.name === name)?.form ?? ''
}
