/** A search of a list: what is typed is in the address a moment later. */
import { SearchBox } from '@fluentui/react-components'
import { useEffect, useState } from 'react'

const PAUSE_MS = 250

type Props = {
  readonly label: string
  readonly value: string
  readonly onSearch: (text: string) => void
}

export function SearchField({ label, value, onSearch }: Props) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed sets the timer
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onSearch(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <SearchBox
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(_, { value: typed }) => setText(typed)}
    />
  )
}
