/**
 * Rich Text Format (version 1.9.1): the letters of its body, notes, headers and properties. Letters come as ASCII, as
 * bytes of a code page that fonts choose, and as Unicode with a stand-in for older readers; each is taken for what it
 * is. One pass, a stack of groups, no other state.
 */
import { type Gathering, Unread } from './gathering.ts'

const DEPTH_MAX = 2_000

/** Groups whose content is nobody's words. Those that begin with `\*` are passed over as well, but for `KEPT`. */
const PASSED = new Set(
  'fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator pict objdata objclass themedata datastore colorschememapping latentstyles xmlnstbl filetbl revtbl fldinst bkmkstart bkmkend mmathPr pgdsctbl nonshppict template blipuid sp datafield formfield operator creatim revtim printim buptim'.split(
    ' ',
  ),
)
/** Marked as new to older readers, and text all the same. */
const KEPT = new Set([
  'shptxt',
  'annotation',
  'atnauthor',
  'footnote',
  'ftnsep',
  'docvar',
  'shppict',
  'shpinst',
  'hlinkbase',
  'company',
  'manager',
])
const BREAKS = new Set([
  'par',
  'line',
  'row',
  'sect',
  'page',
  'column',
  'cell',
  'nestcell',
  'nestrow',
  'softline',
])
/** Groups that stand apart from what surrounds them. */
const APART = new Set([
  'title',
  'subject',
  'author',
  'keywords',
  'doccomm',
  'footnote',
  'annotation',
  'header',
  'footer',
  'headerl',
  'headerr',
  'headerf',
  'footerl',
  'footerr',
  'footerf',
  'shptxt',
])
const SIGNS: Readonly<Record<string, string>> = Object.freeze({
  tab: '\t',
  emdash: '\u2014',
  endash: '\u2013',
  bullet: '\u2022',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
})

/** `\fcharset` (Windows GDI) to the labels of the Encoding Standard. */
const CHARSETS: Readonly<Record<number, string>> = Object.freeze({
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
})
const CODE_PAGES: Readonly<Record<number, string>> = Object.freeze({
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  65001: 'utf-8',
})

type Group = {
  passing: boolean
  /** The label of the encoding that bytes are in. */
  encoding: string
  /** Letters that stand in for one of Unicode. */
  standIns: number
  /** In the table of fonts: which font is being described. */
  isFontTable: boolean
  isApart: boolean
}

/** Adds the text; what ends early is read as far as it goes, and 'damaged'. */
export function readRtf(bytes: Buffer, gathering: Gathering): void {
  new RtfReader(bytes, gathering).read()
}

class RtfReader {
  readonly #bytes: Buffer
  readonly #gathering: Gathering
  readonly #groups: Group[] = []
  readonly #fonts = new Map<number, string>()
  #group: Group = {
    passing: false,
    encoding: 'windows-1252',
    standIns: 1,
    isFontTable: false,
    isApart: false,
  }
  #font = 0
  #codePage = 'windows-1252'
  /** Bytes of one encoding that belong together: a letter may be two of them. */
  #pending: number[] = []
  /** Letters that are still to be passed over. */
  #skip = 0
  #at = 0

  constructor(bytes: Buffer, gathering: Gathering) {
    this.#bytes = bytes
    this.#gathering = gathering
  }

  read(): void {
    const bytes = this.#bytes
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at]!
      if (byte === 0x5c) this.#control()
      else if (byte === 0x7b) this.#open()
      else if (byte === 0x7d) this.#close()
      else {
        this.#at++
        if (byte !== 10 && byte !== 13 && byte !== 0) this.#byte(byte)
      }
    }
    this.#flush()
    if (this.#groups.length > 0) this.#gathering.miss('damaged')
  }

  #open(): void {
    this.#at++
    this.#flush()
    this.#skip = 0
    if (this.#groups.length === DEPTH_MAX) throw new Unread('too-deep')
    this.#groups.push(this.#group)
    this.#group = { ...this.#group, isApart: false }
  }

  #close(): void {
    this.#at++
    this.#flush()
    this.#skip = 0
    if (this.#group.isApart && !this.#group.passing) this.#gathering.add('\n')
    const outer = this.#groups.pop()
    if (outer) this.#group = outer
  }

  #control(): void {
    const bytes = this.#bytes
    const sign = bytes[this.#at + 1]
    if (sign === undefined) {
      this.#at++
      return
    }
    if (!isLetter(sign)) {
      this.#at += 2
      this.#symbol(sign)
      return
    }
    let end = this.#at + 1
    while (end < bytes.length && end - this.#at <= 33 && isLetter(bytes[end]!)) end++
    const word = bytes.toString('latin1', this.#at + 1, end)
    let digits = end
    if (bytes[digits] === 0x2d) digits++
    while (digits < bytes.length && digits - end <= 11 && isDigit(bytes[digits]!)) digits++
    const number = digits > end ? Number(bytes.toString('latin1', end, digits)) : null
    // One space belongs to the word.
    this.#at = bytes[digits] === 0x20 ? digits + 1 : digits
    this.#word(word, Number.isFinite(number) ? number : null)
  }

  #symbol(sign: number): void {
    if (sign === 0x27) {
      const byte = Number.parseInt(this.#bytes.toString('latin1', this.#at, this.#at + 2), 16)
      this.#at += 2
      if (Number.isFinite(byte)) this.#byte(byte)
    } else if (sign === 0x2a) {
      const next = /^\s*\\([a-zA-Z]{1,32})/.exec(this.#bytes.toString('latin1', this.#at, this.#at + 40))?.[1]
      if (next === undefined || !KEPT.has(next)) this.#group.passing = true
    } else if (sign === 0x5c || sign === 0x7b || sign === 0x7d) this.#byte(sign)
    else if (sign === 0x7e) this.#text('\u00a0')
    else if (sign === 0x5f) this.#text('-')
    else if (sign === 10 || sign === 13) this.#text('\n')
  }

  #word(word: string, number: number | null): void {
    if (word === 'u' && number !== null) {
      this.#text(String.fromCharCode(number < 0 ? number + 65_536 : number))
      this.#skip = this.#group.standIns
      return
    }
    if (word === 'bin' && number !== null) {
      this.#at = Math.min(this.#bytes.length, this.#at + Math.max(0, number))
      return
    }
    this.#flush()
    if (word === 'uc' && number !== null) this.#group.standIns = Math.min(Math.max(number, 0), 16)
    else if (word === 'ansicpg' && number !== null) this.#codePage = this.#group.encoding = pageOf(number)
    else if (word === 'mac') this.#codePage = this.#group.encoding = 'macintosh'
    else if (word === 'f' && number !== null) this.#chooseFont(number)
    else if (word === 'fcharset' && number !== null && this.#group.isFontTable)
      this.#fonts.set(this.#font, CHARSETS[number] ?? this.#codePage)
    else if (word === 'fonttbl') this.#group.isFontTable = this.#group.passing = true
    else if (PASSED.has(word)) this.#group.passing = true
    else if (APART.has(word)) {
      this.#group.isApart = true
      this.#text('\n')
    } else if (BREAKS.has(word)) this.#text('\n')
    else if (Object.hasOwn(SIGNS, word)) this.#text(SIGNS[word]!)
  }

  #chooseFont(number: number): void {
    if (this.#group.isFontTable) this.#font = number
    else this.#group.encoding = this.#fonts.get(number) ?? this.#codePage
  }

  #byte(byte: number): void {
    if (this.#skip > 0) this.#skip--
    else if (!this.#group.passing) {
      this.#pending.push(byte)
      if (this.#pending.length >= 8_192 && byte < 0x80) this.#flush()
    }
  }

  #text(text: string): void {
    this.#flush()
    this.#skip = 0
    if (!this.#group.passing) this.#gathering.add(text)
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    this.#gathering.add(new TextDecoder(this.#group.encoding).decode(Buffer.from(this.#pending)))
    this.#pending = []
  }
}

function pageOf(page: number): string {
  return CODE_PAGES[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252')
}

function isLetter(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90)
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}
