/**
 * Attachments: pictures (PNG, valid, drawn from the seed), sound (WAV), documents (PDF), business cards (vCard 3.0),
 * and call recordings of any length that are made as they are sent.
 *
 * A recording is a WAV file of 8 kHz 8-bit mono PCM. Its samples come from a pool of ready pieces, each a multiple of
 * 57 bytes so that its base64 form is a whole number of 76-character lines; which piece follows which is a function
 * of the recording's seed. So a recording of any size costs no more than copying.
 */
import { createHash, hash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import { wrapBase64 } from './mime-text.ts'
import { mix, Random } from './random.ts'

export type Media = {
  readonly name: string
  readonly contentType: string
  readonly size: number
  readonly base64: string
  /** The base64 in lines of 76 characters. */
  readonly wrapped: string
  /** SHA-256 of the content, base64. */
  readonly digest: string
}

export function makeMedia(name: string, contentType: string, content: Buffer): Media {
  const base64 = content.toString('base64')
  return {
    name,
    contentType,
    size: content.length,
    base64,
    wrapped: wrapBase64(base64),
    digest: hash('sha256', content, 'base64'),
  }
}

export type MediaPool = {
  readonly pictures: readonly Media[]
  readonly sounds: readonly Media[]
  readonly documents: readonly Media[]
}

const PICTURE_NAMES = [
  'IMG_0412.png',
  'quay.png',
  'Foto från kajen.png',
  '写真 3.png',
  'damage-carton-7.png',
  'selfie.png',
  'Größe.png',
  'screenshot.png',
  'صورة.png',
  'seal "intact".png',
  'lunch.png',
  'reefer-display.png',
]

export function makeMediaPool(seed: number): MediaPool {
  return {
    pictures: PICTURE_NAMES.map((name, index) =>
      makeMedia(name, 'image/png', drawPng(mix(seed, index, 0x916))),
    ),
    sounds: ['voice-note.wav', 'engine-noise.wav', 'Sprachnotiz.wav', 'ring.wav'].map((name, index) =>
      makeMedia(name, 'audio/wav', wavOf(speech(new Random(mix(seed, index, 0x50d)), 9_000 + index * 4_000))),
    ),
    documents: ['bill-of-lading.pdf', 'Packliste.pdf', '装箱单.pdf'].map((name, index) =>
      makeMedia(
        name,
        'application/pdf',
        makePdf(`Kestrel Harbour Trading - document ${mix(seed, index, 0x9df) % 100000}`),
      ),
    ),
  }
}

/** A business card, vCard 3.0 (RFC 2426). */
export function makeVcard(person: {
  firstName: string
  lastName: string
  number: string
  email: string
}): Media {
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${person.lastName};${person.firstName};;;`,
    `FN:${person.firstName} ${person.lastName}`,
    `TEL;TYPE=CELL:+${person.number}`,
    ...(person.email === '' ? [] : [`EMAIL;TYPE=INTERNET:${person.email}`]),
    'END:VCARD',
  ]
  return makeMedia('contact.vcf', 'text/vcard', Buffer.from(`${lines.join('\r\n')}\r\n`))
}

// --- PNG (ISO/IEC 15948) ---

function drawPng(seed: number): Buffer {
  const random = new Random(seed)
  const width = random.between(48, 120)
  const height = random.between(36, 90)
  const rows = Buffer.alloc((width * 3 + 1) * height)
  const base = [random.below(200), random.below(200), random.below(200)]
  const spots = Array.from({ length: 6 }, () => ({
    x: random.below(width),
    y: random.below(height),
    r: random.between(4, 20),
    c: random.below(256),
  }))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const spot = spots.find(s => (s.x - x) ** 2 + (s.y - y) ** 2 < s.r ** 2)
      for (let channel = 0; channel < 3; channel++) {
        const slope = base[channel]! + ((x * (channel + 1) + y * (3 - channel)) >> 2)
        const value = spot ? (spot.c * (channel + 1)) & 255 : slope + (random.next() & 7)
        rows[y * (width * 3 + 1) + 1 + x * 3 + channel] = Math.min(255, value)
      }
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits a channel, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(content.length, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

// --- PDF (ISO 32000-1 section 7.5) ---

function makePdf(text: string): Buffer {
  const stream = `BT /F1 18 Tf 40 780 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = file.length
  file += `xref\n0 6\n0000000000 65535 f \n${offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`
  file += `trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

// --- WAV (RIFF, PCM) ---

const WAV_HEADER = 44
export const SAMPLES_PER_SECOND = 8000

function wavHeader(samples: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + samples, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20) // PCM
  header.writeUInt16LE(1, 22) // mono
  header.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  header.writeUInt32LE(SAMPLES_PER_SECOND, 28) // bytes a second
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34) // bits a sample
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(samples, 40)
  return header
}

// An odd number of samples wants a pad byte (RIFF chunks are even); sizes are kept even instead.
const wavOf = (samples: Buffer): Buffer => Buffer.concat([wavHeader(samples.length), samples])

/** Something like a voice: a wandering fundamental with harmonics, in syllables with pauses. */
function speech(random: Random, samples: number): Buffer {
  const sound = Buffer.alloc(samples)
  let phase = 0
  let pitch = 140
  let loud = 0
  for (let index = 0; index < samples; index++) {
    if (index % 900 === 0) {
      pitch = 100 + random.below(140)
      loud = random.chance(0.25) ? 2 : 30 + random.below(50)
    }
    phase += (2 * Math.PI * pitch) / SAMPLES_PER_SECOND
    const envelope = Math.sin((Math.PI * (index % 900)) / 900)
    const wave = Math.sin(phase) + 0.5 * Math.sin(3 * phase) + 0.25 * Math.sin(7 * phase)
    sound[index] = 128 + Math.round(wave * envelope * loud * 0.6) + (random.next() & 1)
  }
  return sound
}

// --- Recordings ---

const PIECE = 57 * 512
const PIECE_WRAPPED = 78 * 512
const PIECES = 16
const POOL = Array.from({ length: PIECES }, (_, index) => speech(new Random(mix(0x5eed, index)), PIECE))
const POOL_WRAPPED = POOL.map(piece => Buffer.from(wrapBase64(piece.toString('base64')), 'latin1'))

export type Recording = {
  readonly seed: number
  /** Bytes of the whole file, even and at least 100. */
  readonly size: number
}

export function makeRecording(seed: number, size: number): Recording {
  return { seed, size: Math.max(100, size - (size % 2)) }
}

function firstPiece(recording: Recording): Buffer {
  const piece = Buffer.from(POOL[mix(recording.seed, 0) % PIECES]!)
  wavHeader(recording.size - WAV_HEADER).copy(piece)
  for (let index = 0; index < 12; index++) piece[WAV_HEADER + index] = mix(recording.seed, index, 0x1d) & 255
  return piece
}

/** The file, in pieces. */
export function* recordingBytes(recording: Recording): Generator<Buffer> {
  for (let at = 0, index = 0; at < recording.size; at += PIECE, index++) {
    const piece = index === 0 ? firstPiece(recording) : POOL[mix(recording.seed, index) % PIECES]!
    yield recording.size - at < PIECE ? piece.subarray(0, recording.size - at) : piece
  }
}

/** The file in base64 lines of 76 characters ended by CRLF, in pieces. */
export function* recordingWrapped(recording: Recording): Generator<Buffer> {
  for (let at = 0, index = 0; at < recording.size; at += PIECE, index++) {
    if (index > 0 && recording.size - at >= PIECE) {
      yield POOL_WRAPPED[mix(recording.seed, index) % PIECES]!
      continue
    }
    const whole = index === 0 ? firstPiece(recording) : POOL[mix(recording.seed, index) % PIECES]!
    yield Buffer.from(wrapBase64(whole.toString('base64', 0, Math.min(PIECE, recording.size - at))), 'latin1')
  }
}

/** Bytes of `recordingWrapped`. */
export function recordingWrappedSize(recording: Recording): number {
  const rest = recording.size % PIECE
  const whole = ((recording.size - rest) / PIECE) * PIECE_WRAPPED
  return whole + 4 * Math.ceil(rest / 3) + 2 * Math.ceil(rest / 57)
}

/** SHA-256 of the file, base64. */
export function recordingDigest(recording: Recording): string {
  const digest = createHash('sha256')
  for (const piece of recordingBytes(recording)) digest.update(piece)
  return digest.digest('base64')
}
