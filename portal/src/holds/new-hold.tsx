/** Placing a hold. It holds from the moment that it is placed. */
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
import { HoldFields } from './hold-fields.tsx'
import styles from './holds.module.css'
import { placingTexts } from './placing-texts.ts'
import { holdTexts } from './texts.ts'

export function NewHold() {
  const t = useTexts(placingTexts)
  const h = useTexts(holdTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  const [tried, setTried] = useState(false)
  const place = useMutation({
    mutationFn: () => client.placeHold({ body: bodyOf(draft) }),
    onSuccess: async ({ holdId }) => {
      await queries.invalidateQueries({ queryKey: ['holds'] })
      showDone(t('done'))
      await navigate(`/holds/${holdId}`, { replace: true })
    },
  })
  const mistakes = mistakesOf(draft)
  const submit = () => {
    setTried(true)
    if (mistakes.size === 0 && !place.isPending) place.mutate()
  }
  return (
    <Page title={t('title')} purpose={t('purpose')} crumbs={[{ text: h('title'), to: '/holds' }]} reading>
      <LeaveGuard changed={draft !== EMPTY && !place.isPending && !place.isSuccess} />
      <HoldFields
        draft={draft}
        change={changes => setDraft(present => ({ ...present, ...changes }))}
        mistakes={tried ? mistakes : new Set()}
        isFixed={false}
        onSubmit={submit}
      />
      {place.error instanceof Problem && <ProblemNote problem={place.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={place.isPending} onClick={submit}>
          {h('place')}
        </Button>
        <span className={styles.note}>{t('atOnce')}</span>
      </div>
    </Page>
  )
}
