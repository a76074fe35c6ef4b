/**
 * Makes HTML that came in a message inert: it is read token by token, and written anew from what is allowed, every text
 * and attribute escaped. So nothing leaves here but plain elements of our own spelling, whatever was made of the
 * input. No script, no style sheet, no form, no address that a browser would fetch or go to; the address of a link is
 * shown as words. The page that shows it forbids all of that a second time (`html-page.ts`).
 */

/** Pictures that travel with the message, by Content-ID, as data: addresses. */
export type Pictures = ReadonlyMap<string, string>

const ELEMENTS = new Set(
  `a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure
   font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup table
   tbody td tfoot th thead tr tt u ul var wbr`.split(/\s+/),
)
/** Elements whose text is no text of the message. */
const RAW = new Set('script style title textarea xmp iframe noembed noframes noscript plaintext'.split(' '))
const SKIPPED = new Set('template svg math object select'.split(' '))
const EMPTY = new Set(['br', 'col', 'hr', 'img', 'wbr'])
const ATTRIBUTES: Readonly<Record<string, RegExp>> = Object.freeze({
  align: /^(left|right|center|justify)$/i,
  valign: /^(top|middle|bottom|baseline)$/i,
  bgcolor: /^#?[a-z0-9]{1,20}$/i,
  color: /^#?[a-z0-9]{1,20}$/i,
  width: /^\d{1,4}%?$/,
  height: /^\d{1,4}%?$/,
  border: /^\d{1,2}$/,
  cellpadding: /^\d{1,3}$/,
  cellspacing: /^\d{1,3}$/,
  colspan: /^\d{1,3}$/,
  rowspan: /^\d{1,3}$/,
  dir: /^(ltr|rtl|auto)$/i,
  lang: /^[a-z0-9-]{1,35}$/i,
  size: /^[+-]?\d$/,
  start: /^\d{1,6}$/,
})
const STYLES =
  /^(background-color|border(-(top|right|bottom|left))?(-(color|style|width|collapse|spacing|radius))?|color|direction|font-(family|size|style|weight|variant)|(min-|max-)?(width|height)|letter-spacing|line-height|margin(-(top|right|bottom|left))?|padding(-(top|right|bottom|left))?|text-(align|decoration|indent|transform)|vertical-align|white-space|word-(break|spacing|wrap))$/
/** No functions but colours, no escapes, nothing that could name an address. */
const STYLE_VALUE = /^(?:[#%.,'"!\w\s-]|rgba?\([\d.,%\s/]{1,40}\)){1,200}$/
const DEPTH_MAX = 200
const PICTURE_ADDRESS = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$/

/** The inert form; `words.remote` stands where a picture would have been fetched from elsewhere. */
export function inertHtml(html: string, pictures: Pictures, words: { readonly remote: string }): string {
  let out = ''
  let skipped: string | null = null
  let skippedDepth = 0
  const open: string[] = []
  for (const token of tokens(html)) {
    if (skipped !== null) {
      // What is inside is passed over, to the end tag of the same name; nested ones count.
      if (token.type === 'start' && token.name === skipped && !token.isClosed) skippedDepth++
      if (token.type === 'end' && token.name === skipped && --skippedDepth === 0) skipped = null
      continue
    }
    if (token.type === 'text') out += escapeText(token.text)
    else if (token.type === 'end') {
      const at = open.lastIndexOf(token.name)
      if (at >= 0) for (const name of open.splice(at).reverse()) out += `</${name}>`
    } else if (SKIPPED.has(token.name)) {
      if (token.isClosed) continue
      skipped = token.name
      skippedDepth = 1
    } else if (ELEMENTS.has(token.name)) {
      out += token.name === 'img' ? pictureOf(token, pictures, words.remote) : startOf(token)
      if (!EMPTY.has(token.name)) {
        if (open.length < DEPTH_MAX) open.push(token.name)
        else out += `</${token.name}>`
      }
    }
  }
  for (const name of open.reverse()) out += `</${name}>`
  return out
}

type Start = {
  readonly type: 'start'
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly isClosed: boolean
}
type Token =
  | Start
  | { readonly type: 'end'; readonly name: string }
  | { readonly type: 'text'; readonly text: string }

const NAME = /[a-zA-Z][^\s/>]{0,60}/y
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y

/** Tags, and text between them; comments, declarations and elements of raw text are left out. */
function* tokens(html: string): Generator<Token> {
  const lower = html.replace(/[A-Z]+/g, letters => letters.toLowerCase())
  let at = 0
  while (at < html.length) {
    const tag = html.indexOf('<', at)
    if (tag < 0) {
      yield { type: 'text', text: html.slice(at) }
      return
    }
    if (tag > at) yield { type: 'text', text: html.slice(at, tag) }
    const isEnd = html[tag + 1] === '/'
    NAME.lastIndex = tag + (isEnd ? 2 : 1)
    const name = NAME.exec(html)?.[0].toLowerCase()
    if (name === undefined) {
      at = afterOther(html, tag)
      if (at === tag + 1) yield { type: 'text', text: '<' }
      continue
    }
    const attributes = new Map<string, string>()
    let position = NAME.lastIndex
    for (;;) {
      ATTRIBUTE.lastIndex = position
      const match = ATTRIBUTE.exec(html)
      if (!match || attributes.size > 100) break
      position = ATTRIBUTE.lastIndex
      const key = match[1]!.toLowerCase()
      if (!attributes.has(key)) attributes.set(key, decodeEntities(match[2] ?? match[3] ?? match[4] ?? ''))
    }
    const end = html.indexOf('>', position)
    at = end < 0 ? html.length : end + 1
    if (!isEnd && RAW.has(name)) {
      // Nothing in it is a tag but its own end.
      const close = lower.indexOf(`</${name}`, at)
      at = close < 0 ? html.length : close
      continue
    }
    const isClosed = end > 0 && html[end - 1] === '/'
    yield isEnd ? { type: 'end', name } : { type: 'start', name, attributes, isClosed }
  }
}

/** Past a comment, a declaration or a processing instruction; the next character where "<" is only a sign. */
function afterOther(html: string, tag: number): number {
  if (html.startsWith('<!--', tag)) {
    const end = html.indexOf('-->', tag + 4)
    return end < 0 ? html.length : end + 3
  }
  if (!/[!?/]/.test(html[tag + 1] ?? '')) return tag + 1
  const end = html.indexOf('>', tag)
  return end < 0 ? html.length : end + 1
}

function startOf({ name, attributes }: Start): string {
  let tag = `<${name}`
  for (const [key, value] of attributes) {
    if (key === 'style') {
      const style = inertStyle(value)
      if (style !== '') tag += ` style="${escapeAttribute(style)}"`
    } else if (mayHave(key, value)) tag += ` ${key}="${escapeAttribute(value)}"`
    // Where a link leads is shown when it is pointed at; it leads nowhere.
    else if (key === 'title' || (key === 'href' && name === 'a' && !attributes.has('title')))
      tag += ` title="${escapeAttribute(value.slice(0, 2000))}"`
  }
  return `${tag}>`
}

/** Names come from outside: one that every object has, such as "constructor", is none of ours. */
function mayHave(key: string, value: string): boolean {
  return Object.hasOwn(ATTRIBUTES, key) && ATTRIBUTES[key]!.test(value)
}

function pictureOf({ attributes }: Start, pictures: Pictures, remote: string): string {
  const source = attributes.get('src')?.trim() ?? ''
  const alt = attributes.get('alt') ?? ''
  const contentId = /^cid:(.+)$/i.exec(source)?.[1]
  const found = contentId === undefined ? source : (pictures.get(decodeId(contentId)) ?? '')
  const sizes = ['width', 'height'].flatMap(key => {
    const value = attributes.get(key)
    return value !== undefined && mayHave(key, value) ? ` ${key}="${value}"` : []
  })
  if (PICTURE_ADDRESS.test(found))
    return `<img src="${found}" alt="${escapeAttribute(alt)}"${sizes.join('')}>`
  return `<span class="remote">${escapeText(alt === '' ? remote : `${remote}: ${alt}`)}</span>`
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function inertStyle(style: string): string {
  return style
    .split(';')
    .map(declaration => {
      const colon = declaration.indexOf(':')
      return [declaration.slice(0, colon).trim().toLowerCase(), declaration.slice(colon + 1).trim()] as const
    })
    .filter(([property, value]) => STYLES.test(property) && STYLE_VALUE.test(value))
    .map(([property, value]) => `${property}: ${value}`)
    .join('; ')
}

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  colon: ':',
  sol: '/',
  tab: '\t',
  newline: '\n',
})

/** The entities that could hide an address; whatever is left is only ever text. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  })
}

/** Entities in text stay as they are: they can be nothing but characters. */
function escapeText(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;').toWellFormed()
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .toWellFormed()
}
