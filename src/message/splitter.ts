/**
 * Takes a MIME message apart as it streams by (RFC 2046 section 5.1): headers and the text parts that make up its body
 * are kept up to a limit, everything else is decoded, counted and hashed, and held only where asked. Memory does not
 * grow with the message. The one authority on structure for every mail that is not of the plainest shape.
 *
 * Promises: the same parts however the bytes were cut into pieces; no bytes make it throw; time is linear.
 */
import { createHash, type Hash } from 'node:crypto'
import { createDecoder, type Decoder } from './decoder.ts'
import {
  HEADER_BYTES_MAX,
  type Header,
  headerOf,
  headerText,
  parseHeaders,
  parseStructured,
  type Structured,
  TEXT_BYTES_MAX,
  transferEncoding,
} from './mime.ts'

/** A leaf of the tree, decoded from its transfer encoding. */
export type Leaf = {
  readonly headers: readonly Header[]
  /** Whether it is of the body (text/plain or text/html, not marked as an attachment). */
  readonly isText: boolean
  readonly isHtml: boolean
  /** The innermost multipart/alternative it stands in, by number; 0 if none. */
  readonly alternative: number
  readonly size: number
  readonly digest: Buffer
  /** All bytes, or the first of them for text beyond the limit; null where they were not held. */
  readonly content: Buffer | null
}

export type SplitMail = {
  readonly headers: readonly Header[]
  readonly leaves: readonly Leaf[]
  readonly defective: boolean
  readonly truncated: boolean
}

const DEPTH_MAX = 64
const LEAVES_MAX = 4096
/** RFC 2046 allows 70 characters; real mailers keep to it, others are given room. */
const BOUNDARY_MAX = 200
/** A delimiter line: `--`, boundary, `--`, padding. What is longer is content. */
const DELIMITER_LINE_MAX = BOUNDARY_MAX + 1000

const DASHES = Buffer.from('\n--')
const EMPTY = Buffer.alloc(0)

type Multipart = {
  readonly delimiter: Buffer
  readonly type: string
  readonly alternative: number
  closed: boolean
}

type OpenLeaf = {
  readonly headers: readonly Header[]
  readonly isText: boolean
  readonly isHtml: boolean
  readonly alternative: number
  readonly decoder: Decoder
  readonly hash: Hash
  /** What stands before the first delimiter of a multipart (RFC 2046: to be ignored), kept in case none ever comes. */
  readonly isPreamble: boolean
  size: number
  held: Buffer[] | null
  heldBytes: number
  truncated: boolean
}

type OnAttachment = (index: number, bytes: Buffer, headers: readonly Header[]) => void

/** Splits one message: `push` its pieces, then `end`. */
export class MimeSplitter {
  readonly #holdContent: boolean
  readonly #open: Multipart[] = []
  readonly #leaves: Leaf[] = []
  #rootHeaders: readonly Header[] | null = null
  #pending: Buffer = EMPTY
  /** Lines of the header block being read, null inside a body. */
  #headerLines: Buffer[] | null = []
  #headerBytes = 0
  #leaf: OpenLeaf | null = null
  #isLineStart = true
  #textBytes = 0
  readonly #onAttachment: OnAttachment | null
  #attachments = 0
  #alternatives = 0
  #defective = false
  #truncated = false

  /**
   * `holdContent`: keep the bytes of attachments too. `onAttachment` is given them as they come by, each attachment
   * by its number from 0; a piece is the splitter's again when it returns.
   */
  constructor(holdContent: boolean, onAttachment: OnAttachment | null = null) {
    this.#holdContent = holdContent
    this.#onAttachment = onAttachment
  }

  push(piece: Buffer): void {
    this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece])
    this.#work(false)
  }

  end(): SplitMail {
    this.#work(true)
    if (this.#headerLines) this.#finishHeader()
    this.#finishLeaf()
    if (this.#open.some(multipart => !multipart.closed)) this.#defective = true
    return {
      headers: this.#rootHeaders ?? [],
      leaves: this.#leaves,
      defective: this.#defective,
      truncated: this.#truncated,
    }
  }

  #work(last: boolean): void {
    let data = this.#pending
    for (;;) {
      const used = this.#headerLines ? this.#readHeaderLine(data, last) : this.#readBody(data, last)
      if (used === 0) break
      data = data.subarray(used)
    }
    this.#pending = data
  }

  /** Reads one header line; the number of bytes used, 0 if more are needed. */
  #readHeaderLine(data: Buffer, last: boolean): number {
    if (data.length === 0) return 0
    const room = HEADER_BYTES_MAX - this.#headerBytes
    const feed = data.indexOf(10)
    if (feed < 0 && !last && data.length <= room) return 0
    const end = feed < 0 ? data.length : feed + 1
    if (end > room) {
      // More header than any mail needs: what follows is taken as content, from this line on.
      this.#defective = true
      this.#finishHeader()
      return this.#readBody(data, last)
    }
    const line = data.subarray(0, end)
    const length = lineLength(line)
    if (this.#isDelimiter(line, length)) return end
    if (length === 0) {
      this.#finishHeader()
      return end
    }
    this.#headerBytes += end
    this.#headerLines!.push(Buffer.from(line))
    return end
  }

  /** Passes body bytes to the open leaf; the number used. Holds back what may belong to a delimiter. */
  #readBody(data: Buffer, last: boolean): number {
    if (data.length === 0) return 0
    if (this.#open.length === 0) {
      this.#isLineStart = false
      this.#feed(data)
      return data.length
    }
    if (this.#isLineStart) {
      if (data.length < 3 && !last && startsLikeDashes(data)) return 0
      if (data[0] === 45 && data[1] === 45) {
        const end = delimiterLineEnd(data, 0, last)
        if (end === 0) return 0
        if (end > 0 && this.#isDelimiter(data.subarray(0, end), lineLength(data.subarray(0, end)))) return end
      }
      this.#isLineStart = false
    }
    let from = 0
    for (;;) {
      const at = data.indexOf(DASHES, from)
      if (at < 0) {
        // CR LF - may be the beginning of a delimiter whose line end is not content.
        const safe = last ? data.length : Math.max(0, tailStart(data))
        this.#feed(data.subarray(0, safe))
        return safe
      }
      const end = delimiterLineEnd(data, at + 1, last)
      if (end === 0) {
        const safe = lineBreakStart(data, at)
        this.#feed(data.subarray(0, safe))
        return safe
      }
      if (end > 0) {
        const line = data.subarray(at + 1, end)
        const match = this.#matchDelimiter(line, lineLength(line))
        if (match) {
          this.#feed(data.subarray(0, lineBreakStart(data, at)))
          this.#crossDelimiter(match.level, match.closes)
          return end
        }
      }
      from = at + 1
    }
  }

  #feed(bytes: Buffer): void {
    const leaf = this.#leaf
    if (leaf && bytes.length > 0) this.#keep(leaf, leaf.decoder.push(bytes))
  }

  #keep(leaf: OpenLeaf, bytes: Buffer): void {
    if (bytes.length === 0) return
    leaf.size += bytes.length
    leaf.hash.update(bytes)
    if (!leaf.isText) this.#onAttachment?.(this.#attachments, bytes, leaf.headers)
    if (!leaf.held) return
    if (!leaf.isText) {
      leaf.held.push(Buffer.from(bytes))
      return
    }
    const room = Math.max(0, TEXT_BYTES_MAX - this.#textBytes - leaf.heldBytes)
    if (bytes.length > room) leaf.truncated = true
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes
    leaf.heldBytes += kept.length
    if (kept.length > 0) leaf.held.push(Buffer.from(kept))
  }

  #isDelimiter(line: Buffer, length: number): boolean {
    const match = this.#matchDelimiter(line, length)
    if (!match) return false
    if (this.#headerLines) this.#finishHeader()
    this.#crossDelimiter(match.level, match.closes)
    return true
  }

  /** The innermost open multipart whose delimiter this line is (RFC 2046 section 5.1.2: an outer one closes inner ones). */
  #matchDelimiter(line: Buffer, length: number): { level: number; closes: boolean } | null {
    if (length < 3 || line[0] !== 45 || line[1] !== 45) return null
    for (let level = this.#open.length - 1; level >= 0; level--) {
      const { delimiter } = this.#open[level]!
      if (
        length < delimiter.length ||
        line.compare(delimiter, 0, delimiter.length, 0, delimiter.length) !== 0
      )
        continue
      let at = delimiter.length
      const closes = line[at] === 45 && line[at + 1] === 45
      if (closes) at += 2
      while (at < length && (line[at] === 32 || line[at] === 9)) at++
      if (at >= length) return { level, closes }
    }
    return null
  }

  #crossDelimiter(level: number, closes: boolean): void {
    if (this.#leaf?.isPreamble && level === this.#open.length - 1) this.#leaf = null
    this.#finishLeaf()
    for (let inner = this.#open.length - 1; inner > level; inner--) {
      if (!this.#open[inner]!.closed) this.#defective = true
      this.#open.pop()
    }
    const multipart = this.#open[level]!
    if (closes) {
      multipart.closed = true
      // It stays open to recognise a repeated delimiter, whose parts some mailers put after the end.
      this.#headerLines = null
    } else {
      if (multipart.closed) this.#defective = true
      if (this.#leaves.length >= LEAVES_MAX) {
        // Beyond the limit the rest is one part.
        this.#defective = true
        this.#headerLines = null
        this.#open.length = 0
        this.#openLeaf([], 'application/octet-stream')
        return
      }
      this.#headerLines = []
    }
    this.#isLineStart = true
  }

  #finishHeader(): void {
    const block = Buffer.concat(this.#headerLines!)
    const { headers, sound } = parseHeaders(headerText(block))
    this.#headerLines = null
    this.#isLineStart = true
    if (!sound) this.#defective = true
    if (this.#rootHeaders === null) {
      this.#rootHeaders = headers
      if (headers.length === 0 && block.length > 0) {
        // No header at all: what came is shown as a text.
        this.#openLeaf([], 'text/plain')
        this.#feed(block)
        return
      }
    }
    const parent = this.#open.at(-1)
    const content = parseStructured(headerOf(headers, 'content-type') ?? defaultType(parent))
    if (content.value.startsWith('multipart/')) {
      if (this.#openMultipart(content)) return
      // A multipart without a usable boundary: what it holds is shown as it stands.
      this.#defective = true
      this.#openLeaf([], 'text/plain')
      return
    }
    this.#openLeaf(headers, content.value)
  }

  #openMultipart({ value, parameters }: Structured): boolean {
    const boundary = parameters.get('boundary')?.trimEnd() ?? ''
    if (boundary === '' || boundary.length > BOUNDARY_MAX || this.#open.length >= DEPTH_MAX) return false
    const parent = this.#open.at(-1)
    const alternative = value === 'multipart/alternative' ? ++this.#alternatives : (parent?.alternative ?? 0)
    this.#open.push({ delimiter: Buffer.from(`--${boundary}`), type: value, alternative, closed: false })
    this.#openLeaf([], 'text/plain', true)
    return true
  }

  #openLeaf(headers: readonly Header[], type: string, isPreamble = false): void {
    const disposition = headerOf(headers, 'content-disposition')
    const isAttachment = disposition !== null && parseStructured(disposition).value === 'attachment'
    const isText = !isAttachment && (type === 'text/plain' || type === 'text/html' || type === '')
    this.#leaf = {
      headers,
      isText,
      isHtml: type === 'text/html',
      alternative: this.#open.at(-1)?.alternative ?? 0,
      decoder: createDecoder(transferEncoding(headerOf(headers, 'content-transfer-encoding'))),
      hash: createHash('sha256'),
      isPreamble,
      size: 0,
      held: isText || this.#holdContent ? [] : null,
      heldBytes: 0,
      truncated: false,
    }
  }

  #finishLeaf(): void {
    const leaf = this.#leaf
    if (!leaf) return
    this.#leaf = null
    this.#keep(leaf, leaf.decoder.end())
    if (leaf.isPreamble && leaf.size === 0) return
    if (leaf.decoder.defective) this.#defective = true
    if (leaf.truncated) this.#truncated = true
    this.#textBytes += leaf.heldBytes
    if (!leaf.isText) this.#attachments++
    this.#leaves.push({
      headers: leaf.headers,
      isText: leaf.isText,
      isHtml: leaf.isHtml,
      alternative: leaf.alternative,
      size: leaf.size,
      digest: leaf.hash.digest(),
      content: leaf.held ? Buffer.concat(leaf.held) : null,
    })
  }
}

/** RFC 2046 section 5.1.5: in a digest the parts are messages. */
function defaultType(parent: Multipart | undefined): string {
  return parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
}

/** The line's length without its line end. */
function lineLength(line: Buffer): number {
  let length = line.length
  if (length > 0 && line[length - 1] === 10) length--
  while (length > 0 && line[length - 1] === 13) length--
  return length
}

/** Where the line that begins at `from` ends: past its LF; 0 if more bytes are needed, -1 if it is no delimiter. */
function delimiterLineEnd(data: Buffer, from: number, last: boolean): number {
  const feed = data.subarray(from, from + DELIMITER_LINE_MAX).indexOf(10)
  if (feed >= 0) return from + feed + 1
  if (data.length - from >= DELIMITER_LINE_MAX) return -1
  return last ? data.length : 0
}

/** The line break that ends at the LF at `at` belongs to the delimiter after it, not to the content. */
function lineBreakStart(data: Buffer, at: number): number {
  return at > 0 && data[at - 1] === 13 ? at - 1 : at
}

function startsLikeDashes(data: Buffer): boolean {
  return data[0] === 45 && (data.length < 2 || data[1] === 45)
}

/** Where a tail begins that could be CR LF - - cut in two. */
function tailStart(data: Buffer): number {
  let at = data.length
  if (at > 0 && data[at - 1] === 45) at--
  if (at > 0 && data[at - 1] === 10) return lineBreakStart(data, at - 1)
  return data.length > 0 && data[data.length - 1] === 13 ? data.length - 1 : data.length
}
