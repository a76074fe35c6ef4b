/** An attachment by name, kind and size, to download. */
import { Link } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { DocumentRegular } from '@fluentui/react-icons/svg/document'
import { type AttachmentView, client } from '../client/client.ts'
import { Bytes } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import styles from './files.module.css'
import { messageTexts } from './message-texts.ts'

export type FileProps = { readonly itemId: string; readonly file: AttachmentView }

export function FileLine({ itemId, file }: FileProps) {
  const m = useTexts(messageTexts)
  return (
    <div className={styles.line}>
      <DocumentRegular aria-hidden className={styles.icon!} />
      <span className={styles.name}>
        {file.name || m('noName')}
        <span className={styles.quiet}>
          {file.contentType}
          {file.size !== null && file.size > 0 && (
            <>
              {' · '}
              <Bytes value={file.size} />
            </>
          )}
        </span>
      </span>
      <DownloadLink itemId={itemId} file={file} />
    </div>
  )
}

export function DownloadLink({ itemId, file }: FileProps) {
  const w = useWords()
  const m = useTexts(messageTexts)
  return (
    <Link
      className={styles.download!}
      href={client.getAttachment({ itemId, number: file.number })}
      download
      aria-label={`${w('download')}: ${file.name || m('noName')}`}
    >
      <ArrowDownloadRegular aria-hidden /> {w('download')}
    </Link>
  )
}
