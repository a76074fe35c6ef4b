/** How text travels in e-mail: RFC 2047 encoded words, RFC 2045 transfer encodings, RFC 2231 parameters. */

export const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)

/**
 * RFC 2047 encoded words (UTF-8, base64), none over 75 characters (section 2), no character split between two,
 * joined by a folded space.
 */
export function encodeWords(text: string): string {
  const words: string[] = []
  let piece = ''
  let bytes = 0
  for (const character of text) {
    const size = Buffer.byteLength(character)
    if (bytes + size > 45) {
      words.push(piece)
      piece = ''
      bytes = 0
    }
    piece += character
    bytes += size
  }
  words.push(piece)
  return words.map(word => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ')
}

/** Base64 in lines of 76 characters, each ended by CRLF (RFC 2045 section 6.8). */
export function wrapBase64(base64: string): string {
  if (base64.length <= 76) return `${base64}\r\n`
  let wrapped = ''
  for (let at = 0; at < base64.length; at += 76) wrapped += `${base64.slice(at, at + 76)}\r\n`
  return wrapped
}

/** Quoted-printable (RFC 2045 section 6.7) of text whose lines end in LF; the result's lines end in CRLF. */
export function quotedPrintable(text: string): string {
  return text
    .split('\n')
    .map(line => {
      let encoded = ''
      let width = 0
      const bytes = Buffer.from(line)
      for (let index = 0; index < bytes.length; index++) {
        const byte = bytes[index]!
        const plain =
          (byte >= 33 && byte <= 126 && byte !== 61) ||
          ((byte === 32 || byte === 9) && index < bytes.length - 1)
        const shown = plain
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
        if (width + shown.length > 75) {
          encoded += '=\r\n'
          width = 0
        }
        encoded += shown
        width += shown.length
      }
      return encoded
    })
    .join('\r\n')
}

/** A header parameter, `name="…"` or, outside ASCII, RFC 2231 section 4 `name*=utf-8''…`. */
export function parameter(name: string, value: string): string {
  if (isAscii(value)) return `${name}="${value.replace(/["\\]/g, '\\$&')}"`
  const escaped = encodeURIComponent(value).replace(
    /['()*!]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${name}*=utf-8''${escaped}`
}
