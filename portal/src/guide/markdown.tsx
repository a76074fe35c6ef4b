/**
 * The Markdown of our own pages as elements: headings, paragraphs, lists, tables, fenced code, quotes; in a line code,
 * bold, italic and links. Text becomes text nodes only, never HTML. Links between pages lead to the portal's pages.
 */
import { Fragment, type ReactNode } from 'react'
import { Link } from 'react-router'
import styles from './guide.module.css'

type Block = { readonly element: ReactNode; readonly lines: number }

/** `base` is the folder that relative links count from: `/docs/guide/`. */
export function Markdown({ text, base }: { readonly text: string; readonly base: string }) {
  const lines = text.split('\n')
  const blocks: ReactNode[] = []
  for (let at = 0; at < lines.length; ) {
    const block = blockAt(lines, at, base)
    if (block.element !== null) blocks.push(<Fragment key={at}>{block.element}</Fragment>)
    at += block.lines
  }
  return <div className={styles.text}>{blocks}</div>
}

function blockAt(lines: readonly string[], at: number, base: string): Block {
  const line = lines[at] ?? ''
  if (line.trim() === '') return { element: null, lines: 1 }
  if (line.startsWith('```')) {
    const rest = lines.slice(at + 1)
    const end = rest.findIndex(each => each.startsWith('```'))
    const code = rest.slice(0, end === -1 ? rest.length : end)
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must by the keyboard
    return { element: <pre tabIndex={0}>{code.join('\n')}</pre>, lines: code.length + 2 }
  }
  const heading = /^(#{1,4}) (.*)$/.exec(line)
  // The first heading is the page's title, which stands above.
  if (heading) return { element: headingOf(heading[1]!.length, inline(heading[2]!, base)), lines: 1 }
  if (line.startsWith('|')) return tableAt(lines, at, base)
  if (/^\s*(-|\*|\d+\.) /.test(line)) return listAt(lines, at, base)
  const taken = span(lines, at, each => each.trim() !== '' && !/^(```|#|\||\s*(-|\*|\d+\.) )/.test(each))
  const quoted = line.startsWith('> ')
  const words = inline(taken.map(each => (quoted ? each.replace(/^> ?/, '') : each)).join(' '), base)
  return { element: quoted ? <blockquote>{words}</blockquote> : <p>{words}</p>, lines: taken.length }
}

function headingOf(level: number, words: ReactNode): ReactNode {
  if (level === 1) return null
  return level === 2 ? <h2>{words}</h2> : level === 3 ? <h3>{words}</h3> : <h4>{words}</h4>
}

function span(lines: readonly string[], at: number, goesOn: (line: string) => boolean): string[] {
  const taken = [lines[at] ?? '']
  for (let next = at + 1; next < lines.length && goesOn(lines[next] ?? ''); next += 1)
    taken.push(lines[next] ?? '')
  return taken
}

function tableAt(lines: readonly string[], at: number, base: string): Block {
  const taken = span(lines, at, each => each.startsWith('|'))
  const cells = (row: string) =>
    row
      .replace(/^\||\|\s*$/g, '')
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim().replaceAll('\\|', '|'))
  const [head = '', , ...rows] = taken
  const element = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <div className={styles.wide} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {cells(head).map(cell => (
              <th key={cell} scope="col">
                {inline(cell, base)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row}>
              {cells(row).map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                <td key={column}>{inline(cell, base)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
  return { element, lines: taken.length }
}

function listAt(lines: readonly string[], at: number, base: string): Block {
  const taken = span(lines, at, each => /^\s*(-|\*|\d+\.) |^\s+\S/.test(each))
  const items: string[] = []
  for (const line of taken) {
    const item = /^\s*(?:-|\*|\d+\.) (.*)$/.exec(line)
    if (item) items.push(item[1] ?? '')
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  const elements = items.map(item => <li key={item}>{inline(item, base)}</li>)
  const numbered = /^\s*\d+\. /.test(lines[at] ?? '')
  return { element: numbered ? <ol>{elements}</ol> : <ul>{elements}</ul>, lines: taken.length }
}

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g

function inline(text: string, base: string): ReactNode[] {
  const pieces: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(MARKS)) {
    const [all, code, bold, italic, words, target] = match
    pieces.push(text.slice(end, match.index))
    const key = match.index
    if (code !== undefined) pieces.push(<code key={key}>{code}</code>)
    else if (bold !== undefined) pieces.push(<strong key={key}>{inline(bold, base)}</strong>)
    else if (italic !== undefined) pieces.push(<em key={key}>{inline(italic, base)}</em>)
    else if (words !== undefined && target !== undefined)
      pieces.push(linkTo(target, inline(words, base), base, key))
    end = match.index + all.length
  }
  pieces.push(text.slice(end))
  return pieces
}

function linkTo(target: string, words: ReactNode, base: string, key: number): ReactNode {
  if (/^https?:/.test(target))
    return (
      <a key={key} href={target} target="_blank" rel="noreferrer">
        {words}
      </a>
    )
  const { pathname } = new URL(target, `http://page.invalid${base}`)
  const page = /^\/docs\/(guide|operating|formats)\/([\w-]+)\.md$/.exec(pathname)
  // Pages that are not shown here are named, without a link that would lead nowhere.
  if (page === null) return <Fragment key={key}>{words}</Fragment>
  return (
    <Link key={key} to={`/guide/${page[1]}/${page[2]}`}>
      {words}
    </Link>
  )
}
