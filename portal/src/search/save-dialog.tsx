/** Asks what a search is called, what it is for, and how many of its runs are kept. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Textarea,
} from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client, type SavedSearch } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (isNamed && isCount && !save.isPending) save.mutate()
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{saved === null ? t('saveTitle') : t('editTitle')}</DialogTitle>
            <DialogContent>
              <div className={styles.stack}>
                {save.error instanceof Problem && <ProblemNote problem={save.error} />}
                <Field
                  label={w('name')}
                  required
                  hint={t('nameHint')}
                  {...(tried && !isNamed ? { validationMessage: w('required') } : {})}
                >
                  <Input autoFocus value={name} maxLength={200} onChange={(_, { value }) => setName(value)} />
                </Field>
                <Field label={`${w('description')} (${w('optional')})`}>
                  <Textarea
                    value={description}
                    maxLength={2000}
                    onChange={(_, { value }) => setDescription(value)}
                  />
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
              </div>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{w('cancel')}</Button>
              <Button appearance="primary" type="submit" disabledFocusable={save.isPending}>
                {w('save')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
