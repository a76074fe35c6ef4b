/**
 * XML as a stream of elements and letters, by saxes, which expands no entity but XML's own five and the numbered ones
 * (XML 1.0 section 4.6), loads nothing, and keeps no tree.
 */
import { SaxesParser } from 'saxes'
import { Unread } from './gathering.ts'
import { decodePlainText } from './plain-text.ts'

type XmlVisitor = {
  /** `name` and the names of attributes without their prefixes. */
  open(name: string, attribute: (name: string) => string): void
  text(text: string): void
  close(name: string): void
}

const DEPTH_MAX = 1_000
const PIECE = 64 * 1024

/** Reads a document; Unread 'damaged' where it is not well-formed, after what came before. */
export function readXml(bytes: Buffer, visitor: XmlVisitor): void {
  const parser = new SaxesParser()
  let depth = 0
  parser.on('error', () => {
    throw new Unread('damaged')
  })
  parser.on('opentag', tag => {
    if (++depth > DEPTH_MAX) throw new Unread('too-deep')
    visitor.open(localName(tag.name), wanted => {
      for (const [name, value] of Object.entries(tag.attributes))
        if (localName(name) === wanted) return String(value)
      return ''
    })
  })
  parser.on('text', text => visitor.text(text))
  parser.on('cdata', text => visitor.text(text))
  parser.on('closetag', tag => {
    depth--
    visitor.close(localName(tag.name))
  })
  const text = decodePlainText(
    bytes,
    /^<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(bytes.toString('latin1', 0, 200))?.[1] ?? null,
  )
  for (let at = 0; at < text.length; at += PIECE) parser.write(text.slice(at, at + PIECE))
  parser.close()
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}
