/** A list of terms given: each line is checked at once, and what is wrong is told by its line before anything counts. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { FileDrop } from '../parts/file-drop.tsx'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonLine } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { bodyOf, EVERYTHING, type Places } from './draft.ts'
import { PlaceFields } from './place-fields.tsx'
import { reportTexts } from './report-texts.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

const SIZE_MAX = 900_000
/** Lines that cannot be counted, as many as one would look at. */
const SHOWN = 20

export function NewReport() {
  const t = useTexts(searchTexts)
  const r = useTexts(reportTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [text, setText] = useState('')
  const [places, setPlaces] = useState<Places>(EVERYTHING)
  const [tried, setTried] = useState(false)
  const { mailboxIds, connectorIds, folders } = bodyOf({ query: '*', ...places })
  const scope = { mailboxIds, connectorIds, folders }
  const check = useQuery({
    queryKey: ['term-lines', text, scope],
    queryFn: ({ signal }) => client.checkTermLines({ body: { text, ...scope }, signal }),
    enabled: text !== '',
    retry: false,
    staleTime: 60_000,
  })
  const make = useMutation({
    mutationFn: () => client.requestTermReport({ body: { name, text, ...scope } }),
    onSuccess: async report => {
      await queries.invalidateQueries({ queryKey: ['term-reports'] })
      void navigate(`/content-search/term-reports/${report.termReportId}`)
    },
  })
  const take = async (taken: File | null) => {
    setFile(taken)
    setText(taken === null ? '' : await taken.text())
    if (taken !== null && name === '' && taken.name !== `${w('pastedText')}.txt`)
      setName(taken.name.replace(/\.[a-z]+$/i, ''))
  }
  const problems = check.data?.problems ?? []
  const isReady = name.trim() !== '' && check.data !== undefined && problems.length === 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (isReady && !make.isPending) make.mutate()
  }
  const problem = make.error ?? check.error
  return (
    <Page
      title={r('newReport')}
      purpose={r('newReportPurpose')}
      crumbs={[
        { text: t('title'), to: '/content-search' },
        { text: t('termReports'), to: '/content-search/term-reports' },
      ]}
      reading
    >
      <LeaveGuard changed={text !== '' && !make.isSuccess && !make.isPending} />
      <form className={styles.form} onSubmit={submit} noValidate>
        <Section title={r('listOfTerms')}>
          <div className={styles.stack}>
            <FileDrop
              label={r('fileLabel')}
              accept=".txt,.csv"
              sizeMax={SIZE_MAX}
              file={file}
              onFile={taken => void take(taken)}
              pasteAs="text/plain"
            />
            {tried && text === '' && <Notice kind="error">{w('required')}</Notice>}
            {text !== '' && check.isPending && <SkeletonLine width="40%" />}
            {check.data !== undefined && problems.length === 0 && (
              <Notice kind="good">{r('linesRead', { count: check.data.lines })}</Notice>
            )}
            {problems.length > 0 && (
              <Notice kind="error" title={r('linesBad', { count: problems.length })}>
                {r('linesBadWhy')}
                <ul className={styles.lines}>
                  {problems.slice(0, SHOWN).map(each => (
                    <li key={each.line}>
                      <strong>
                        {t('line')} {each.line}
                      </strong>{' '}
                      <code>
                        {text
                          .split(/\r\n|\r|\n/)
                          [each.line - 1]?.trim()
                          .slice(0, 80)}
                      </code>
                      <br />
                      {each.reason}
                    </li>
                  ))}
                </ul>
              </Notice>
            )}
          </div>
        </Section>
        <Section>
          <PlaceFields places={places} onChange={setPlaces} />
        </Section>
        <Section>
          <Field
            label={r('reportName')}
            required
            hint={t('nameHint')}
            {...(tried && name.trim() === '' ? { validationMessage: w('required') } : {})}
          >
            <Input value={name} maxLength={200} onChange={(_, { value }) => setName(value)} />
          </Field>
        </Section>
        {problem instanceof Problem && <ProblemNote problem={problem} />}
        <div className={styles.buttons}>
          <Button
            appearance="primary"
            type="submit"
            disabledFocusable={make.isPending || problems.length > 0}
          >
            {r('makeReport')}
          </Button>
          <Button onClick={() => void navigate('/content-search/term-reports')}>{w('cancel')}</Button>
        </div>
      </form>
    </Page>
  )
}
