/** A row of choices of which one is on, each with its count: a quick filter of a list. */
import { ToggleButton } from '@fluentui/react-components'
import { Count } from '../parts/count.tsx'
import styles from './connector.module.css'

export type Choice<Value extends string> = {
  readonly value: Value
  readonly text: string
  readonly count?: number | undefined
}

type Props<Value extends string> = {
  readonly label: string
  readonly choices: readonly Choice<Value>[]
  readonly value: string
  readonly onChoose: (value: Value) => void
}

export function Filters<Value extends string>({ label, choices, value, onChoose }: Props<Value>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not the fields of a form
    <div className={styles.choices} role="group" aria-label={label}>
      {choices.map(choice => (
        <ToggleButton
          key={choice.value}
          size="small"
          shape="circular"
          checked={choice.value === value}
          onClick={() => onChoose(choice.value)}
        >
          {choice.text}
          {choice.count !== undefined && (
            <>
              &nbsp;
              <Count value={choice.count} />
            </>
          )}
        </ToggleButton>
      ))}
    </div>
  )
}
