/** Takes one file: dropped, chosen, or its text pasted. Refuses what is too large before anything is sent. */
import { Button, Textarea } from '@fluentui/react-components'
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload'
import { DocumentRegular } from '@fluentui/react-icons/svg/document'
import { type DragEvent, useId, useRef, useState } from 'react'
import { bytesText } from './count.tsx'
import styles from './file-drop.module.css'
import { useLanguage } from './language.ts'
import { Notice } from './notice.tsx'
import { useWords } from './words.ts'

type Props = {
  /** What is taken: *A CSV file with the columns User and Mailbox*. */
  readonly label: string
  /** Endings, as in `accept`: `.csv,.txt`. */
  readonly accept: string
  readonly sizeMax: number
  /** Given with what was chosen, null when it is taken back. */
  readonly onFile: (file: File | null) => void
  readonly file: File | null
  /** Lets text be pasted; it becomes a file of this type, e.g. `text/csv`. */
  readonly pasteAs?: string
  readonly disabled?: boolean
}

export function FileDrop({ label, accept, sizeMax, onFile, file, pasteAs, disabled = false }: Props) {
  const w = useWords()
  const [language] = useLanguage()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [over, setOver] = useState(false)
  const [pasting, setPasting] = useState(false)
  const [text, setText] = useState('')
  const [refused, setRefused] = useState<string | null>(null)

  const take = (taken: File | undefined) => {
    if (taken === undefined || disabled) return
    const kinds = accept.split(',').map(each => each.trim().toLowerCase())
    const size = bytesText(taken.size, language)
    if (taken.size > sizeMax)
      return setRefused(w('fileTooLarge', { name: taken.name, size, max: bytesText(sizeMax, language) }))
    if (!kinds.some(kind => taken.name.toLowerCase().endsWith(kind)))
      return setRefused(w('fileWrongKind', { name: taken.name, kinds: accept }))
    setRefused(null)
    setPasting(false)
    onFile(taken)
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <div className={styles.stack}>
      {refused !== null && <Notice kind="error">{refused}</Notice>}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the buttons inside are everybody's */}
      <div
        className={styles.drop}
        data-over={over}
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <input
          ref={input}
          id={id}
          type="file"
          className="unseen"
          tabIndex={-1}
          aria-label={label}
          accept={accept}
          disabled={disabled}
          onChange={event => {
            take(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        {file === null ? (
          <ArrowUploadRegular className={styles.icon!} aria-hidden />
        ) : (
          <DocumentRegular className={styles.icon!} aria-hidden />
        )}
        <div className={styles.text}>
          {file === null ? (
            <>
              <strong>{w('dropFile')}</strong>
              <span>{label}</span>
            </>
          ) : (
            <>
              <strong>{file.name}</strong>
              <span>{bytesText(file.size, language)}</span>
            </>
          )}
        </div>
        <div className={styles.buttons}>
          <Button disabled={disabled} onClick={() => input.current?.click()}>
            {file === null ? w('chooseFile') : w('replaceFile')}
          </Button>
          {file !== null && (
            <Button appearance="subtle" disabled={disabled} onClick={() => onFile(null)}>
              {w('remove')}
            </Button>
          )}
          {pasteAs !== undefined && file === null && (
            <Button
              appearance="subtle"
              disabled={disabled}
              aria-expanded={pasting}
              onClick={() => setPasting(!pasting)}
            >
              {w('pasteText')}
            </Button>
          )}
        </div>
      </div>
      {pasting && pasteAs !== undefined && (
        <div className={styles.paste}>
          <Textarea
            aria-label={w('pasteHere')}
            placeholder={w('pasteHere')}
            rows={6}
            resize="vertical"
            value={text}
            onChange={(_, { value }) => setText(value)}
          />
          <div>
            <Button
              disabledFocusable={text.trim() === ''}
              onClick={() => {
                take(new File([text], `${w('pastedText')}${accept.split(',')[0]!.trim()}`, { type: pasteAs }))
                setText('')
              }}
            >
              {w('usePasted')}
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}
