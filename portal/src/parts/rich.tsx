/** A text with elements in it: `<Rich text={t('key')} with={{ link: words => <Link to="…">{words}</Link> }} />`. */
import { Fragment, type ReactNode } from 'react'

type Props = {
  /** Marks places as `<name>words</name>`. */
  readonly text: string
  readonly with: Readonly<Record<string, (words: string) => ReactNode>>
}

export function Rich({ text, with: parts }: Props) {
  const pieces: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(/<(\w+)>(.*?)<\/\1>/g)) {
    const [all, name = '', words = ''] = match
    pieces.push(
      text.slice(end, match.index),
      <Fragment key={match.index}>{parts[name]?.(words) ?? words}</Fragment>,
    )
    end = match.index + all.length
  }
  pieces.push(text.slice(end))
  return <>{pieces}</>
}
