/** Asks what a search is called, what it is for, and how many of its runs are kept. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type SavedSearch } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { bodyOf, type Draft } from './draft.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

type Props = {
  /** Whose name is changed; null for a search that is saved for the first time. */
  readonly saved: SavedSearch | null
  readonly draft: Draft
  readonly onSaved: (search: SavedSearch) => void
  readonly onClose: () => void
}

export function SaveDialog({ saved, draft, onSaved, onClose }: Props) {
  const t = useTexts(searchTexts)
  const w = useWords()
  const [name, setName] = useState(saved?.name ?? '')
  const [description, setDescription] = useState(saved?.description ?? '')
  const [runs, setRuns] = useState(String(saved?.runsMax ?? 10))
  const [tried, setTried] = useState(false)
  const runsMax = /^\d{1,2}$/.test(runs) ? Number(runs) : 0
  const isNamed = name.trim() !== ''
  const isCount = runsMax >= 1 && runsMax <= 50
  const save = useMutation({
    mutationFn: () => {
      const named = { name, description, runsMax }
      return saved === null
        ? client.addSavedSearch({ body: { ...named, ...bodyOf(draft) } })
        : client.editSavedSearch({
            savedSearchId: saved.savedSearchId,
            revision: saved.revision,
            body: named,
          })
    },
    onSuccess: search => {
      showDone(w('saved'))
      onClose()
      onSaved(search)
    },
  })
  const submit = () => {
    setTried(true)
    if (isNamed && isCount) save.mutate()
  }
  return (
    <FormDialog
      title={saved === null ? t('saveTitle') : t('editTitle')}
      act={w('save')}
      isReady={!save.isPending}
      onSubmit={submit}
      error={save.error}
      onClose={onClose}
    >
      <Field
        label={w('name')}
        required
        hint={t('nameHint')}
        {...(tried && !isNamed ? { validationMessage: w('required') } : {})}
      >
        <Input autoFocus value={name} maxLength={200} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label={`${w('description')} (${w('optional')})`}>
        <Textarea value={description} maxLength={2000} onChange={(_, { value }) => setDescription(value)} />
      </Field>
      <Field
        label={t('runsMax')}
        hint={t('runsMaxHint')}
        {...(tried && !isCount ? { validationMessage: t('runsMaxWrong') } : {})}
      >
        <Input
          className={styles.short!}
          inputMode="numeric"
          value={runs}
          onChange={(_, { value }) => setRuns(value)}
        />
      </Field>
    </FormDialog>
  )
}
