/**
 * HTML as its reader sees it: visible text, the title, and what stands for pictures (`alt`) and explains (`title`,
 * `aria-label`). By the tokenizer of htmlparser2 alone, which needs no tree: time is linear however tags are nested.
 */
import { Tokenizer } from 'htmlparser2'
import type { Gathering } from './gathering.ts'
import { decodePlainText, isKnown } from './plain-text.ts'

/** What stands between these is for machines. */
const UNSEEN = new Set(['script', 'style', 'template', 'object', 'noembed', 'noframes'])
/** These do not end a word. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr tspan textpath'.split(
    ' ',
  ),
)
const SPOKEN = new Set(['alt', 'title', 'aria-label', 'placeholder'])

/** Adds the text of a page. */
export function readHtml(bytes: Buffer, charset: string | null, gathering: Gathering): void {
  readMarkup(decodePlainText(bytes, charset ?? charsetInside(bytes)), gathering)
}

/** The charset that the page names itself (HTML section 13.2.3.2), among the first kilobyte. */
function charsetInside(bytes: Buffer): string | null {
  const head = bytes.toString('latin1', 0, 1024)
  const named =
    /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head) ??
    /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(head)
  const charset = named?.[1] ?? null
  return charset !== null && isKnown(charset) && !/^utf-?16/i.test(charset) ? charset : null
}

function readMarkup(page: string, gathering: Gathering): void {
  /** The element for machines that is open, and how often within itself. */
  let unseen = ''
  let depth = 0
  let name = ''
  let attribute = ''
  let value = ''
  const add = (text: string) => {
    if (unseen === '' && text !== '') gathering.add(text)
  }
  const opened = () => {
    if (UNSEEN.has(name)) {
      if (unseen === '') unseen = name
      if (unseen === name) depth++
    } else if (!INLINE.has(name)) add('\n')
  }
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => add(page.slice(start, end)),
      ontextentity: codepoint => add(String.fromCodePoint(codepoint)),
      onopentagname: (start, end) => {
        name = page.slice(start, Math.min(end, start + 40)).toLowerCase()
      },
      onopentagend: opened,
      onselfclosingtag: () => {
        // In HTML a slash at the end means nothing, but for the elements of SVG and XHTML that hold nothing.
        if (!UNSEEN.has(name)) opened()
      },
      onclosetag: (start, end) => {
        const closed = page.slice(start, Math.min(end, start + 40)).toLowerCase()
        if (closed === unseen) {
          if (--depth === 0) unseen = ''
        } else if (!INLINE.has(closed)) add('\n')
      },
      onattribname: (start, end) => {
        attribute = page.slice(start, Math.min(end, start + 40)).toLowerCase()
        value = ''
      },
      onattribdata: (start, end) => {
        if (isSpoken(name, attribute)) value += page.slice(start, end)
      },
      onattribentity: codepoint => {
        if (isSpoken(name, attribute)) value += String.fromCodePoint(codepoint)
      },
      onattribend: () => {
        if (value !== '') add(` ${value} `)
        value = ''
      },
      oncdata: (start, end, endOffset) => add(page.slice(start, end - endOffset)),
      oncomment: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    },
  )
  tokenizer.write(page)
  tokenizer.end()
}

function isSpoken(name: string, attribute: string): boolean {
  return (
    SPOKEN.has(attribute) ||
    (name === 'meta' && attribute === 'content') ||
    (name === 'input' && attribute === 'value')
  )
}
