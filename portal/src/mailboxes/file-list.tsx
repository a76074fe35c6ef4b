/** The attachments of a message: pictures, recordings, videos and business cards in place; the rest by name and size. */
import { Dialog, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components'
import { ContactCardRegular } from '@fluentui/react-icons/svg/contact-card'
import { ImageOffRegular } from '@fluentui/react-icons/svg/image-off'
import { useState } from 'react'
import { client, type OpenedMessage, type StreamEntry } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Phone } from '../parts/phone.tsx'
import { FileLine, type FileProps } from './file-line.tsx'
import styles from './files.module.css'
import { messageTexts } from './message-texts.ts'
import { Player } from './player.tsx'

export function FileList({ entry }: { readonly entry: StreamEntry | OpenedMessage }) {
  const m = useTexts(messageTexts)
  if (entry.files.length === 0) return null
  return (
    <ul className={styles.files} aria-label={m('attachments')}>
      {entry.files.map(file => (
        <li key={file.number}>
          <File itemId={entry.itemId} file={file} />
        </li>
      ))}
    </ul>
  )
}

function File({ itemId, file }: FileProps) {
  if (file.shownAs === 'picture') return <Picture itemId={itemId} file={file} />
  if (file.shownAs === 'sound') return <Player itemId={itemId} file={file} />
  if (file.shownAs === 'video') return <Video itemId={itemId} file={file} />
  if (file.shownAs === 'card' && file.cards.length > 0) return <Cards itemId={itemId} file={file} />
  return <FileLine itemId={itemId} file={file} />
}

function Picture({ itemId, file }: FileProps) {
  const m = useTexts(messageTexts)
  const [isLarge, setLarge] = useState(false)
  const [isBroken, setBroken] = useState(false)
  const source = client.getAttachment({ itemId, number: file.number, show: 'true' })
  const name = file.name || m('noName')
  if (isBroken)
    return (
      <div>
        <p className={styles.broken}>
          <ImageOffRegular aria-hidden /> {m('pictureFailed')}
        </p>
        <FileLine itemId={itemId} file={file} />
      </div>
    )
  return (
    <>
      <button
        type="button"
        className={styles.thumbnail}
        aria-label={m('openPicture', { name })}
        onClick={() => setLarge(true)}
      >
        <img src={source} alt={name} loading="lazy" onError={() => setBroken(true)} />
      </button>
      {isLarge && (
        <Dialog open onOpenChange={(_, { open }) => setLarge(open)}>
          <DialogSurface className={styles.dialog!}>
            <DialogBody>
              <DialogTitle>{name}</DialogTitle>
              <DialogContent>
                <img className={styles.large} src={source} alt={name} />
                <FileLine itemId={itemId} file={file} />
              </DialogContent>
            </DialogBody>
          </DialogSurface>
        </Dialog>
      )}
    </>
  )
}

function Video({ itemId, file }: FileProps) {
  const m = useTexts(messageTexts)
  const [isBroken, setBroken] = useState(document.createElement('video').canPlayType(file.contentType) === '')
  return (
    <div className={styles.video}>
      {isBroken ? (
        <p className={styles.broken}>{m('cannotPlay', { type: file.contentType })}</p>
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: what was recorded has no captions
        <video
          controls
          preload="none"
          aria-label={file.name || m('recording')}
          src={client.getAttachment({ itemId, number: file.number, show: 'true' })}
          onError={() => setBroken(true)}
        />
      )}
      <FileLine itemId={itemId} file={file} />
    </div>
  )
}

function Cards({ itemId, file }: FileProps) {
  const m = useTexts(messageTexts)
  return (
    <div className={styles.cards}>
      {file.cards.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards of one file, which never change
        <section key={index} className={styles.card} aria-label={`${m('card')}: ${card.name}`}>
          <ContactCardRegular aria-hidden className={styles.icon!} />
          <div>
            <strong>{card.name || m('noName')}</strong>
            {(card.title !== '' || card.organisation !== '') && (
              <div>{[card.title, card.organisation].filter(part => part !== '').join(', ')}</div>
            )}
            {card.numbers.map(({ value, kind }) => (
              <div key={value}>
                <Phone number={value.replace(/[^+\d]/g, '') || value} />
                {kind !== '' && <span className={styles.quiet}> {kind}</span>}
              </div>
            ))}
            {card.emails.map(({ value }) => (
              <div key={value}>{value}</div>
            ))}
            {card.addresses.map(({ value }) => (
              <div key={value}>{value}</div>
            ))}
            {card.note !== '' && <div className={styles.quiet}>{card.note}</div>}
          </div>
        </section>
      ))}
      <FileLine itemId={itemId} file={file} />
    </div>
  )
}
