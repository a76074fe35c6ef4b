/** A message's header field by field, and the item as it was received. */
import { Button, Link } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type OpenedMessage } from '../client/client.ts'
import { bytesText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './message.module.css'
import { messageTexts } from './message-texts.ts'

const SHOWN_MAX = 200_000

export function HeaderTable({ headers }: { readonly headers: OpenedMessage['headers'] }) {
  const m = useTexts(messageTexts)
  return (
    <table className={styles.headers}>
      <thead className="unseen">
        <tr>
          <th scope="col">{m('headerName')}</th>
          <th scope="col">{m('headerValue')}</th>
        </tr>
      </thead>
      <tbody>
        {headers.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: fields may repeat, and never change their order
          <tr key={`${index} ${name}`}>
            <th scope="row">{fieldName(name)}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** `x-telemessage-sid` as people write it. */
function fieldName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())
}

export function OriginalView({ message }: { readonly message: OpenedMessage }) {
  const m = useTexts(messageTexts)
  const [language] = useLanguage()
  const [isShown, setShown] = useState(false)
  const { itemId } = message
  const original = useQuery({
    queryKey: ['original', itemId],
    queryFn: async ({ signal }) => {
      const response = await fetch(client.getOriginalFile({ itemId }), { signal })
      if (!response.ok) throw new Error(String(response.status))
      return beginningOf(response)
    },
    enabled: isShown,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <div className={styles.original}>
      <p className={styles.quiet}>
        {m('originalWhat', { size: bytesText(message.originalSize, language) })}{' '}
        {message.isOriginal ? m('originalSame') : m('originalMade')}
      </p>
      <div className={styles.downloads}>
        <Link href={client.getMessageFile({ itemId })} download>
          <ArrowDownloadRegular aria-hidden /> {m('downloadMessage')}
        </Link>
        <Link href={client.getOriginalFile({ itemId })} download>
          <ArrowDownloadRegular aria-hidden /> {m('downloadOriginal')}
        </Link>
      </div>
      {!isShown && <Button onClick={() => setShown(true)}>{m('showOriginal')}</Button>}
      {original.isFetching && <SkeletonBlock height="200px" />}
      {original.data !== undefined && (
        <>
          {original.data.isCut && <p className={styles.quiet}>{m('originalCut')}</p>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
          <section aria-label={m('original')} tabIndex={0}>
            <pre className={styles.raw}>{original.data.text}</pre>
          </section>
        </>
      )}
    </div>
  )
}

async function beginningOf(response: Response): Promise<{ text: string; isCut: boolean }> {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { text: readable(text + decoder.decode()), isCut: false }
    text += decoder.decode(value, { stream: true })
    if (text.length > SHOWN_MAX) {
      void reader.cancel()
      return { text: readable(text.slice(0, SHOWN_MAX)), isCut: true }
    }
  }
}

/** Records come as one line of JSON: they are set out, for reading only. */
function readable(text: string): string {
  if (!text.startsWith('{')) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
