/** A new archive policy. What it is about moves at once. */
import { Button } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { showDone } from '../parts/toast.tsx'
import { bodyOf, EMPTY, mistakesOf } from './draft.ts'
import styles from './in-place-archive.module.css'
import { PolicyFields } from './policy-fields.tsx'
import { archiveTexts } from './texts.ts'

export function NewPolicy() {
  const t = useTexts(archiveTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: () => client.createArchivePolicy({ body: bodyOf(draft) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['in-place-archive'] })
      showDone(t('made'))
      await navigate('/in-place-archive', { replace: true })
    },
  })
  const mistakes = mistakesOf(draft)
  const submit = () => {
    setTried(true)
    if (mistakes.size === 0 && !create.isPending) create.mutate()
  }
  return (
    <Page
      title={t('newPolicy')}
      purpose={t('newPurpose')}
      crumbs={[{ text: t('title'), to: '/in-place-archive' }]}
      reading
    >
      <LeaveGuard changed={draft !== EMPTY && !create.isPending && !create.isSuccess} />
      <PolicyFields
        draft={draft}
        change={changes => setDraft(present => ({ ...present, ...changes }))}
        mistakes={tried ? mistakes : new Set()}
        isFixed={false}
      />
      {create.error instanceof Problem && <ProblemNote problem={create.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={create.isPending} onClick={submit}>
          {t('make')}
        </Button>
        <span className={styles.note}>{t('atOnce')}</span>
      </div>
    </Page>
  )
}
