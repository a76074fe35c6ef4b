/** An input for a password that can be shown. Takes what Fluent's `Input` takes. */
import { Button, Input, type InputProps } from '@fluentui/react-components'
import { EyeRegular } from '@fluentui/react-icons/svg/eye'
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off'
import { type Ref, useState } from 'react'
import { useWords } from './words.ts'

type Props = Omit<InputProps, 'type' | 'contentAfter'> & { readonly inputRef?: Ref<HTMLInputElement> }

export function PasswordInput({ inputRef, ...props }: Props) {
  const w = useWords()
  const [shown, setShown] = useState(false)
  return (
    <Input
      {...props}
      {...(inputRef === undefined ? {} : { input: { ref: inputRef } })}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      contentAfter={
        <Button
          appearance="transparent"
          size="small"
          icon={shown ? <EyeOffRegular /> : <EyeRegular />}
          aria-label={shown ? w('hidePassword') : w('showPassword')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  )
}
