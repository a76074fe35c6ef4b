/** Puts a text on the clipboard, and says so: by a tick until one goes on, and in words to those who hear the page. */
import { Button } from '@fluentui/react-components'
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { useState } from 'react'
import { announce } from './announce.tsx'
import { useWords } from './words.ts'

/** `label` says what is copied, where the place does not. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const w = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    announce(w('copied'))
  }
  return (
    <Button
      appearance="transparent"
      size="small"
      icon={copied ? <CheckmarkRegular /> : <CopyRegular />}
      aria-label={label ?? w('copy')}
      title={w('copy')}
      onClick={() => void copy()}
      onBlur={() => setCopied(false)}
    />
  )
}
