/** Takes the entries that match out as a file. That this was done, by whom and with which filters, is recorded. */
import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Radio,
  RadioGroup,
} from '@fluentui/react-components'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import type { queryOf } from './filter.ts'
import { auditTexts } from './texts.ts'

type Props = { readonly query: ReturnType<typeof queryOf>; readonly onClose: () => void }

export function ExportDialog({ query, onClose }: Props) {
  const t = useTexts(auditTexts)
  const w = useWords()
  const [format, setFormat] = useState<'csv' | 'jsonl'>('csv')
  const [sealed, setSealed] = useState(false)
  const filtered = Object.keys(query).length > 0
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('exportTitle')}</DialogTitle>
          <DialogContent>
            <p>{filtered ? t('exportFiltered') : t('exportAll')}</p>
            <Field label={t('format')}>
              <RadioGroup
                value={format}
                onChange={(_, { value }) => setFormat(value === 'jsonl' ? 'jsonl' : 'csv')}
              >
                <Radio value="csv" label={t('csv')} />
                <Radio value="jsonl" label={t('jsonl')} />
              </RadioGroup>
            </Field>
            <Checkbox
              label={t('exportSealed')}
              checked={sealed}
              onChange={(_, { checked }) => setSealed(checked === true)}
            />
            <p>{t('exportRecorded')}</p>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{w('cancel')}</Button>
            <Button
              as="a"
              appearance="primary"
              href={client.exportAuditEntries({ ...query, format, sealed: sealed ? 'true' : 'false' })}
              download
              onClick={onClose}
            >
              {w('download')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
