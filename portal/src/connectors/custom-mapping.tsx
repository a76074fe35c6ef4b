/**
 * A connector's custom mapping as a file: dropped, chosen or pasted from a spreadsheet; checked at once, with every bad
 * line and why, what it would change, and who of the registered users would be found. Only then is it used. For the
 * wizard and for a connector that is set up alike.
 */
import { Button, Link as FluentLink, Spinner } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, type ImportedMapping, type MappingCheck } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { announce } from '../parts/announce.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { FileDrop } from '../parts/file-drop.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { showDone } from '../parts/toast.tsx'
import { FirstRows, MappingProblems } from './mapping-file.tsx'
import { mappingTexts } from './mapping-texts.ts'
import { Stale } from './stale.tsx'
import { WhoIsFound } from './who-is-found.tsx'
import styles from './wizard.module.css'

const SIZE_MAX = 20 * 1024 * 1024
const EMPTY = 'External User ID,Microsoft 365 User Mailbox\r\n'

type Props = {
  readonly connectorId: number
  /** Of the connector, or of its draft. */
  readonly revision: number
  /** How many lines are in use. */
  readonly lines: number
  readonly onImported: (imported: ImportedMapping) => void
  /** The connector was changed by somebody else: read it anew. */
  readonly onStale: () => void
  /** Told whether a file is there that is not used yet. */
  readonly onPending?: (pending: boolean) => void
}

export function CustomMapping({ connectorId, revision, lines, onImported, onStale, onPending }: Props) {
  const t = useTexts(mappingTexts)
  const [file, setFile] = useState<File | null>(null)
  const [clearing, setClearing] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const check = useMutation({
    mutationFn: (taken: File) => client.checkCustomMapping({ connectorId, body: taken }),
  })
  const use = useMutation({
    mutationFn: (taken: Blob) => client.importCustomMapping({ connectorId, body: taken, revision }),
    onSuccess: imported => {
      setFile(null)
      onPending?.(false)
      check.reset()
      onImported(imported)
      announce(t('used', { count: imported.lines }))
      // The button that was pressed is gone: who goes by the keyboard goes on from here.
      place.current?.focus()
    },
    onError: error => {
      if (error instanceof Problem && error.code === 'REVISION_STALE') onStale()
    },
  })
  const choose = (taken: File | null) => {
    setFile(taken)
    onPending?.(taken !== null)
    use.reset()
    check.reset()
    if (taken !== null) check.mutate(taken)
  }
  const clear = async () => {
    await use.mutateAsync(new Blob([EMPTY]))
    showDone(t('cleared'))
  }
  return (
    <div className={styles.tried} ref={place} tabIndex={-1}>
      <div className={styles.tools}>
        <FluentLink href={client.downloadMappingTemplate()} download>
          <ArrowDownloadRegular aria-hidden /> {t('template')}
        </FluentLink>
        {lines > 0 && (
          <FluentLink href={client.downloadCustomMapping({ connectorId })} download>
            <ArrowDownloadRegular aria-hidden /> {t('current')}
          </FluentLink>
        )}
      </div>
      {lines > 0 && file === null && (
        <Notice
          kind="good"
          action={
            <Button size="small" appearance="subtle" onClick={() => setClearing(true)}>
              {t('clear')}
            </Button>
          }
        >
          {t('inUse', { count: lines })}
        </Notice>
      )}
      <FileDrop
        label={t('take')}
        accept=".csv,.txt,.tsv"
        sizeMax={SIZE_MAX}
        file={file}
        onFile={choose}
        pasteAs="text/csv"
      />
      {check.isPending && <Spinner size="tiny" label={t('checking')} labelPosition="after" />}
      {check.error instanceof Problem && <NoMapping problem={check.error} />}
      {check.data !== undefined && file !== null && (
        <Checked
          check={check.data}
          busy={use.isPending}
          problem={use.error instanceof Problem ? use.error : null}
          onUse={() => use.mutate(file)}
        />
      )}
      {clearing && (
        <Confirm
          title={t('clearTitle')}
          act={t('clear')}
          onConfirm={clear}
          onClose={() => {
            setClearing(false)
            use.reset()
          }}
        >
          {t('clearWhat', { count: lines })}
        </Confirm>
      )}
    </div>
  )
}

function NoMapping({ problem }: { readonly problem: Problem }) {
  const t = useTexts(mappingTexts)
  if (problem.code !== 'CSV_INVALID') return <ProblemNote problem={problem} />
  return (
    <Notice kind="error" title={t('notCsv')}>
      {problem.detail}
    </Notice>
  )
}

type CheckedProps = {
  readonly check: MappingCheck
  readonly busy: boolean
  readonly problem: Problem | null
  readonly onUse: () => void
}

function Checked({ check, busy, problem, onUse }: CheckedProps) {
  const t = useTexts(mappingTexts)
  const counts = [
    ...(['added', 'changed', 'unchanged', 'removed'] as const).map(name => t(name, { count: check[name] })),
    ...(check.problemCount > 0 ? [t('bad', { count: check.problemCount })] : []),
  ]
  return (
    <div className={styles.tried} data-checked>
      <ul className={styles.counts} data-counts>
        {counts.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {check.problemCount > 0 && <MappingProblems check={check} />}
      {check.firstRows.length > 0 && <FirstRows rows={check.firstRows} />}
      {check.preview !== null && <WhoIsFound preview={check.preview} />}
      {problem !== null && <Stale problem={problem} />}
      {check.problemCount === 0 && (
        <div>
          <Button disabledFocusable={busy} onClick={onUse}>
            {t('use')}
          </Button>
        </div>
      )}
    </div>
  )
}
