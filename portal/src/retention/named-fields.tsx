/** Name and description, which everything that is made here has. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import { retentionTexts } from './texts.ts'

type Named = { readonly name: string; readonly description: string }

type Props = {
  readonly value: Named
  readonly change: (changes: Partial<Named>) => void
  readonly isNameWrong: boolean
  /** What the description is for. */
  readonly hint: string
}

export function NamedFields({ value, change, isNameWrong, hint }: Props) {
  const t = useTexts(retentionTexts)
  const w = useWords()
  return (
    <>
      <Field label={w('name')} required {...(isNameWrong ? { validationMessage: t('needs-name') } : {})}>
        <Input
          autoComplete="off"
          maxLength={200}
          value={value.name}
          onChange={(_, { value: name }) => change({ name })}
        />
      </Field>
      <Field label={w('description')} hint={hint}>
        <Textarea
          maxLength={4_000}
          resize="vertical"
          value={value.description}
          onChange={(_, { value: description }) => change({ description })}
        />
      </Field>
    </>
  )
}
