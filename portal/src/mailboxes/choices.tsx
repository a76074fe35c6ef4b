/** Views of one thing, as links in a row; the one that is shown is marked. */
import type { FluentIcon } from '@fluentui/react-icons'
import { Link } from 'react-router'
import styles from './choices.module.css'

export type Choice = {
  readonly key: string
  readonly text: string
  readonly to: string
  readonly icon?: FluentIcon
}

type Props = { readonly label: string; readonly choices: readonly Choice[]; readonly chosen: string }

export function Choices({ label, choices, chosen }: Props) {
  return (
    <nav className={styles.choices} aria-label={label}>
      <ul>
        {choices.map(({ key, text, to, icon: Icon }) => (
          <li key={key}>
            <Link
              to={to}
              preventScrollReset
              className={styles.choice}
              aria-current={key === chosen ? 'page' : undefined}
            >
              {Icon && <Icon aria-hidden />}
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
