/**
 * A table of rows. Its row links are walked with the arrow keys; a click anywhere in a row follows its link. It shows
 * its own shape while loading, an error in place of rows, and what to do where there are none. In a narrow place each
 * row becomes a stack of named values; a wide table scrolls in a region of its own.
 */
import { Button } from '@fluentui/react-components'
import { ChevronLeftRegular } from '@fluentui/react-icons/svg/chevron-left'
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { announce } from './announce.tsx'
import { ProblemNote } from './problem-note.tsx'
import { SkeletonLine } from './skeleton.tsx'
import styles from './table.module.css'
import { ChooseAll, ChooseCell, type Choosing } from './table-choice.tsx'
import { SortButton, type Sorting, SortSelect } from './table-sort.tsx'
import type { Paged } from './use-page.ts'
import { useWords } from './words.ts'

export type Column<Row> = {
  /** Unique among the columns; where the server sorts, the name it sorts by. */
  readonly key: string
  readonly header: string
  /** The header is only heard: a column of buttons, for instance. */
  readonly headerUnseen?: boolean
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end'
  /** Any CSS width; the others share the rest. */
  readonly width?: string
  readonly sortable?: boolean
  /** Text stays on one line and is cut off. */
  readonly cut?: boolean
}

type Props<Row> = {
  /** What the rows are, for those who hear it. */
  readonly label: string
  /** The first column names the row, and carries its link. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]]
  readonly page: Paged<Row>
  readonly rowKey: (row: Row) => string | number
  /** Where a row leads; relative to the route. */
  readonly rowLink?: (row: Row) => string
  /** The row whose panel is open. */
  readonly selected?: string | number | null
  readonly empty: ReactNode
  readonly sorting?: Sorting
  /** Rows can be chosen, for something that is done to several. */
  readonly choosing?: Choosing<Row>
  /** How many rows the skeleton has. */
  readonly expected?: number
}

export function DataTable<Row>(props: Props<Row>) {
  const {
    label,
    columns,
    page,
    rowKey,
    rowLink,
    selected = null,
    empty,
    sorting,
    choosing,
    expected = 8,
  } = props
  const w = useWords()
  const body = useRef<HTMLTableSectionElement>(null)
  const { rows, problem } = page
  useAnnouncedRows(page)

  if (problem !== null && (rows === undefined || !page.stale))
    return (
      <div className={styles.place}>
        <ProblemNote problem={problem} onRetry={page.retry} />
      </div>
    )
  if (rows?.length === 0 && page.toPrevious === null) return <div className={styles.place}>{empty}</div>
  const sortable = columns.filter(column => column.sortable)
  return (
    <div className={styles.table} data-stale={page.stale} aria-busy={rows === undefined || page.stale}>
      {sorting !== undefined && <SortSelect columns={sortable} sorting={sorting} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section className={styles.scroll} aria-label={label} tabIndex={0}>
        {/* The roles are said once more: the narrow layout takes the table's display away, and its meaning with it. */}
        {/* biome-ignore-start lint/a11y/noRedundantRoles: see above */}
        {/* biome-ignore-start lint/a11y/useSemanticElements: see above */}
        <table role="table" aria-label={label} aria-rowcount={page.total ?? undefined}>
          <thead role="rowgroup">
            <tr role="row">
              {choosing !== undefined && <ChooseAll rows={rows ?? []} rowKey={rowKey} choosing={choosing} />}
              {columns.map(column => (
                <th
                  key={column.key}
                  role="columnheader"
                  scope="col"
                  data-align={column.align}
                  style={column.width === undefined ? undefined : { width: column.width }}
                  aria-sort={
                    sorting?.column !== column.key
                      ? undefined
                      : sorting.direction === 'up'
                        ? 'ascending'
                        : 'descending'
                  }
                >
                  {column.sortable && sorting !== undefined ? (
                    <SortButton column={column} sorting={sorting} />
                  ) : column.headerUnseen ? (
                    <span className="unseen">{column.header}</span>
                  ) : (
                    column.header
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody
            ref={body}
            role="rowgroup"
            onKeyDown={event => walk(event, body.current)}
            onClick={event => followRow(event)}
          >
            {rows === undefined
              ? Array.from({ length: expected }, (_, row) => `skeleton ${row}`).map(key => (
                  <SkeletonRow key={key} columns={columns} isChosen={choosing !== undefined} />
                ))
              : rows.map(row => (
                  <tr
                    key={rowKey(row)}
                    role="row"
                    data-link={rowLink !== undefined}
                    data-selected={selected === rowKey(row)}
                    data-choosing={choosing !== undefined}
                  >
                    {choosing !== undefined && <ChooseCell row={row} id={rowKey(row)} choosing={choosing} />}
                    {columns.map((column, index) => (
                      <Cell
                        key={column.key}
                        column={column}
                        first={index === 0}
                        {...(index === 0 && rowLink !== undefined ? { to: rowLink(row) } : {})}
                      >
                        {column.cell(row)}
                      </Cell>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
        {/* biome-ignore-end lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
      </section>
      <Pager page={page} label={w('rows', { count: rows?.length ?? 0 })} />
    </div>
  )
}

type CellProps = {
  readonly column: Pick<Column<never>, 'header' | 'headerUnseen' | 'align' | 'cut'>
  readonly first: boolean
  readonly to?: string
  readonly children: ReactNode
}

function Cell({ column, first, to, children }: CellProps) {
  const place = {
    'data-align': column.align,
    'data-cut': column.cut,
    'data-header': column.headerUnseen ? undefined : column.header,
  }
  if (!first)
    return (
      // biome-ignore lint/a11y/noRedundantRoles: the narrow layout takes the table's display away
      <td role="cell" {...place}>
        {children}
      </td>
    )
  return (
    // biome-ignore lint/a11y/noRedundantRoles: the narrow layout takes the table's display away
    <th role="rowheader" scope="row" {...place}>
      {to === undefined ? (
        children
      ) : (
        <Link to={to} className={styles.link} data-row-link preventScrollReset>
          {children}
        </Link>
      )}
    </th>
  )
}

type SkeletonProps<Row> = { readonly columns: readonly Column<Row>[]; readonly isChosen: boolean }

function SkeletonRow<Row>({ columns, isChosen }: SkeletonProps<Row>) {
  return (
    <tr aria-hidden>
      {isChosen && <td />}
      {columns.map((column, index) => (
        <td key={column.key} data-align={column.align} data-header="">
          <SkeletonLine width={index === 0 ? '70%' : column.align === 'end' ? '40%' : '55%'} />
        </td>
      ))}
    </tr>
  )
}

function Pager<Row>({ page, label }: { readonly page: Paged<Row>; readonly label: string }) {
  const w = useWords()
  const { rows, total, first } = page
  if (rows === undefined) return <div className={styles.pager} />
  const last = first + rows.length - 1
  const single = page.toNext === null && page.toPrevious === null
  return (
    <div className={styles.pager}>
      <span>
        {single
          ? label
          : total === null
            ? w('rangeOpen', { first, last })
            : w('range', { first, last, total })}
      </span>
      {!single && (
        <>
          <Button
            appearance="subtle"
            size="small"
            icon={<ChevronLeftRegular />}
            aria-label={w('previousPage')}
            disabledFocusable={page.toPrevious === null || page.stale}
            onClick={() => page.toPrevious?.()}
          />
          <Button
            appearance="subtle"
            size="small"
            icon={<ChevronRightRegular />}
            aria-label={w('nextPage')}
            disabledFocusable={page.toNext === null || page.stale}
            onClick={() => page.toNext?.()}
          />
        </>
      )}
    </div>
  )
}

/** Arrow keys, Home and End go from row link to row link. */
function walk(event: KeyboardEvent, body: HTMLElement | null): void {
  if (body === null || !(event.target instanceof HTMLElement) || !event.target.matches('[data-row-link]'))
    return
  const links = [...body.querySelectorAll<HTMLElement>('[data-row-link]')]
  const here = links.indexOf(event.target)
  const places: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    Home: 0,
    End: links.length - 1,
  }
  const next = links[places[event.key] ?? -1]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** A click beside the link is a click on it, unless something else was meant. */
function followRow(event: MouseEvent): void {
  if (
    !(event.target instanceof Element) ||
    event.target.closest(
      'a, button, input, label, select, [role]:not([role="cell"], [role="rowheader"], [role="row"], [role="rowgroup"], [role="table"])',
    )
  )
    return
  if (getSelection()?.toString()) return
  event.target.closest('tr')?.querySelector<HTMLElement>('[data-row-link]')?.click()
}

/** Says how many rows there are now, when they have come without the page having been opened for them. */
function useAnnouncedRows<Row>(page: Paged<Row>): void {
  const w = useWords()
  const said = useRef<readonly Row[] | undefined>(undefined)
  useEffect(() => {
    if (page.rows === undefined || page.stale) return
    const again = said.current !== undefined && said.current.length !== page.rows.length
    said.current = page.rows
    if (again) announce(w('rows', { count: page.rows.length }))
  }, [page.rows, page.stale, w])
}
