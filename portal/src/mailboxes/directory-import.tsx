/** Importing the directory: choose a file, see what it would do and every wrong line, then import all of it. */
import { Button, Field, Link, Spinner, Switch } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { client, type DirectoryReport } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { FileDrop } from '../parts/file-drop.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './mailbox-list.module.css'
import { mailboxTexts } from './texts.ts'

const SIZE_MAX = 32 * 1024 * 1024

export function DirectoryImport() {
  const t = useTexts(mailboxTexts)
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const queries = useQueryClient()
  const closeTo = `/mailboxes?${params}`
  const [file, setFile] = useState<File | null>(null)
  const [deactivate, setDeactivate] = useState(false)
  const deactivateMissing = deactivate ? 'true' : 'false'
  const check = useQuery({
    queryKey: ['directory-check', file?.name, file?.size, file?.lastModified, deactivate],
    queryFn: ({ signal }) => client.checkDirectory({ deactivateMissing, body: csv(file!), signal }),
    enabled: file !== null,
    staleTime: 0,
    gcTime: 0,
  })
  const run = useMutation({
    mutationFn: () => client.importDirectory({ deactivateMissing, body: csv(file!) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['mailboxes'] })
      showDone(t('imported'))
      void navigate(closeTo)
    },
  })
  const report = check.data
  const problem = run.error ?? check.error
  return (
    <SidePanel
      title={t('importDirectory')}
      subtitle={t('importPurpose')}
      closeTo={closeTo}
      wide
      foot={
        <Button
          appearance="primary"
          disabledFocusable={report === undefined || report.problemCount > 0 || run.isPending}
          onClick={() => report?.problemCount === 0 && run.mutate()}
        >
          {t('import')}
        </Button>
      }
    >
      <div className={styles.stack}>
        <Link href={client.getDirectoryTemplate()} download>
          {t('template')}
        </Link>
        <FileDrop
          label={t('fileLabel')}
          accept=".csv"
          sizeMax={SIZE_MAX}
          file={file}
          pasteAs="text/csv"
          onFile={chosen => {
            run.reset()
            setFile(chosen)
          }}
        />
        <Field hint={t('deactivateHint')}>
          <Switch
            checked={deactivate}
            label={t('deactivate')}
            onChange={(_, { checked }) => setDeactivate(checked)}
          />
        </Field>
        {check.isFetching && <Spinner size="tiny" label={t('checking')} labelPosition="after" />}
        {problem instanceof Problem && <ProblemNote problem={problem} />}
        {report !== undefined && <Report report={report} />}
      </div>
    </SidePanel>
  )
}

/** The upload names its type, whatever the browser thinks of the file. */
function csv(file: File): Blob {
  return new Blob([file], { type: 'text/csv' })
}

function Report({ report }: { readonly report: DirectoryReport }) {
  const t = useTexts(mailboxTexts)
  if (report.problemCount > 0)
    return (
      <>
        <Notice kind="error">{t('problems', { count: report.problemCount })}</Notice>
        <table className={styles.problems}>
          <thead>
            <tr>
              <th scope="col">{t('line')}</th>
              <th scope="col">{t('column')}</th>
              <th scope="col">{t('reason')}</th>
            </tr>
          </thead>
          <tbody>
            {report.problems.map(each => (
              <tr key={`${each.line} ${each.column} ${each.reason}`}>
                <td>{each.line}</td>
                <td>{each.column}</td>
                <td lang="en">{each.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {report.problemCount > report.problems.length && (
          <p>{t('problemsShown', { count: report.problems.length })}</p>
        )}
      </>
    )
  return (
    <Notice kind="good" title={t('wouldDo')}>
      <ul className={styles.plan}>
        <li>{t('planAdded', { count: report.added })}</li>
        <li>{t('planChanged', { count: report.changed })}</li>
        <li>{t('planUnchanged', { count: report.unchanged })}</li>
        {report.missing > 0 && <li>{t('planMissing', { count: report.missing })}</li>}
        {report.deactivated > 0 && <li>{t('planDeactivated', { count: report.deactivated })}</li>}
      </ul>
    </Notice>
  )
}
