/**
 * A recording: play, its shape, the place in it, and the speed. It is fetched when it is played, not when it is seen,
 * since every opening is recorded. What the browser cannot play says so, and can be downloaded.
 */
import { Button, Select } from '@fluentui/react-components'
import { PauseRegular } from '@fluentui/react-icons/svg/pause'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { useEffect, useRef, useState } from 'react'
import { type AttachmentView, client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { DownloadLink, FileLine } from './file-line.tsx'
import styles from './files.module.css'
import { messageTexts } from './message-texts.ts'
import { peaksOf } from './waveform.ts'

const STRETCHES = 56
const SPEEDS = ['0.75', '1', '1.25', '1.5', '2']
/** Larger recordings are streamed, without their shape. */
const HELD_MAX = 24 * 1024 * 1024

type Props = { readonly itemId: string; readonly file: AttachmentView }

export function Player({ itemId, file }: Props) {
  const m = useTexts(messageTexts)
  const audio = useRef<HTMLAudioElement>(null)
  const [source, setSource] = useState<string | null>(null)
  const [peaks, setPeaks] = useState<readonly number[] | null>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(0)
  const [speed, setSpeed] = useState('1')
  const [trouble, setTrouble] = useState<'none' | 'fetch' | 'play'>(() =>
    document.createElement('audio').canPlayType(file.contentType) === '' ? 'play' : 'none',
  )
  const name = file.name || m('recording')
  useEffect(() => () => void (source?.startsWith('blob:') && URL.revokeObjectURL(source)), [source])
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = Number(speed)
  }, [speed])

  const toggle = async () => {
    const element = audio.current
    if (element === null) return
    if (source === null) {
      const address = client.getAttachment({ itemId, number: file.number, show: 'true' })
      if (file.size !== null && file.size > HELD_MAX) setSource(address)
      else {
        const answer = await fetch(address).catch(() => null)
        if (!answer?.ok) return setTrouble('fetch')
        const blob = await answer.blob()
        setSource(URL.createObjectURL(blob))
        void blob
          .arrayBuffer()
          .then(bytes => peaksOf(bytes, STRETCHES))
          .then(setPeaks)
          .catch(() => undefined)
      }
      element.autoplay = true
      return
    }
    if (isPlaying) element.pause()
    else await element.play().catch(() => setTrouble('play'))
  }
  if (trouble === 'play')
    return (
      <div className={styles.unplayable}>
        <p className={styles.broken}>{m('cannotPlay', { type: file.contentType })}</p>
        <FileLine itemId={itemId} file={file} />
      </div>
    )
  return (
    <section className={styles.player} aria-label={`${m('recording')}: ${name}`}>
      {/* biome-ignore lint/a11y/useMediaCaption: what was recorded has no captions */}
      <audio
        ref={audio}
        src={source ?? undefined}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onLoadedMetadata={event => {
          setLength(event.currentTarget.duration)
          event.currentTarget.playbackRate = Number(speed)
        }}
        onTimeUpdate={event => setAt(event.currentTarget.currentTime)}
        onError={() => source !== null && setTrouble('play')}
      />
      <Button
        shape="circular"
        appearance="primary"
        icon={isPlaying ? <PauseRegular /> : <PlayRegular />}
        aria-label={isPlaying ? m('pause') : m('play', { name })}
        onClick={() => void toggle()}
      />
      <div className={styles.track}>
        <Shape peaks={peaks} part={length > 0 ? at / length : 0} />
        <input
          type="range"
          aria-label={m('position', { name })}
          aria-valuetext={clock(at)}
          min={0}
          max={Math.max(length, 0.1)}
          step={0.1}
          value={at}
          disabled={source === null}
          onChange={event => {
            if (audio.current) audio.current.currentTime = Number(event.target.value)
            setAt(Number(event.target.value))
          }}
        />
      </div>
      <span className={styles.clock}>{length > 0 ? `${clock(at)} / ${clock(length)}` : ''}</span>
      <Select
        size="small"
        className={styles.speed!}
        aria-label={m('speed')}
        value={speed}
        onChange={(_, { value }) => setSpeed(value)}
      >
        {SPEEDS.map(each => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
      </Select>
      <DownloadLink itemId={itemId} file={file} />
      {trouble === 'fetch' && <p className={styles.broken}>{m('soundFailed')}</p>}
    </section>
  )
}

/** The shape; a line until it is known. */
function Shape({ peaks, part }: { readonly peaks: readonly number[] | null; readonly part: number }) {
  return (
    <svg
      className={styles.shape}
      viewBox={`0 0 ${STRETCHES * 4} 32`}
      preserveAspectRatio="none"
      aria-hidden
      data-known={peaks !== null}
    >
      {Array.from({ length: STRETCHES }, (_, stretch) => {
        const height = Math.max(2, (peaks?.[stretch] ?? 0.06) * 30)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: stretches of time, which have nothing else
            key={stretch}
            x={stretch * 4}
            y={16 - height / 2}
            width={2.4}
            height={height}
            rx={1}
            data-played={(stretch + 0.5) / STRETCHES <= part}
          />
        )
      })}
    </svg>
  )
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
