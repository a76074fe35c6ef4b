/** Choices that need a sentence each, as cards: radio buttons in everything but looks. */
import { type ReactNode, useId } from 'react'
import styles from './making.module.css'

export type Choice<Value extends string> = {
  readonly value: Value
  readonly title: string
  readonly text: string
  readonly icon?: ReactNode
}

type Props<Value extends string> = {
  readonly legend: string
  /** The legend is only heard, where a heading says the same. */
  readonly legendUnseen?: boolean
  /** Narrower, for short sentences. */
  readonly small?: boolean
  readonly value: Value
  readonly choices: readonly Choice<Value>[]
  readonly onChoose: (value: Value) => void
  readonly children?: ReactNode
}

export function ChoiceCards<Value extends string>({
  legend,
  legendUnseen = false,
  small = false,
  value,
  choices,
  onChoose,
  children,
}: Props<Value>) {
  const id = useId()
  return (
    <fieldset className={styles.choice}>
      <legend className={legendUnseen ? 'unseen' : undefined}>{legend}</legend>
      <div className={styles.cards} data-small={small}>
        {choices.map(choice => (
          <label key={choice.value} className={styles.card} data-chosen={choice.value === value}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              aria-describedby={`${id}-${choice.value}`}
              onChange={() => onChoose(choice.value)}
            />
            {choice.icon !== undefined && (
              <span className={styles.icon} aria-hidden>
                {choice.icon}
              </span>
            )}
            <span className={styles.words}>
              <strong>{choice.title}</strong>
              <span id={`${id}-${choice.value}`}>{choice.text}</span>
            </span>
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  )
}
