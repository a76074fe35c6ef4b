/** Which attachments may be shown in place, and as what. Everything else is a file to download. */

export type Shown = 'picture' | 'sound' | 'video' | 'card' | 'mail' | 'file'

/** What a browser may be given to show in place, by media type; nothing that can hold a script is among them. */
const IN_PLACE: Readonly<Record<string, Shown>> = Object.freeze({
  'image/png': 'picture',
  'image/jpeg': 'picture',
  'image/gif': 'picture',
  'image/webp': 'picture',
  'audio/mpeg': 'sound',
  'audio/wav': 'sound',
  'audio/ogg': 'sound',
  'audio/mp4': 'sound',
  'audio/aac': 'sound',
  'audio/amr': 'sound',
  'audio/3gpp': 'sound',
  'video/mp4': 'video',
  'video/3gpp': 'video',
  'video/ogg': 'video',
})

const OTHER_NAMES: Readonly<Record<string, string>> = Object.freeze({
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/mpeg3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/amr-wb': 'audio/amr',
  'audio/3gp': 'audio/3gpp',
  'video/3gp': 'video/3gpp',
  'text/x-vcard': 'text/vcard',
  'text/directory': 'text/vcard',
})

/** For attachments that say nothing of themselves. */
const BY_EXTENSION: Readonly<Record<string, string>> = Object.freeze({
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  amr: 'audio/amr',
  mp4: 'video/mp4',
  '3gp': 'video/3gpp',
  vcf: 'text/vcard',
})

/** The media type by which an attachment is shown, by what it says it is and, where that is nothing, by its name. */
export function shownType(contentType: string, name: string): string {
  const type = own(OTHER_NAMES, contentType) ?? contentType
  if (type !== 'application/octet-stream' && type !== 'text/plain') return type
  return own(BY_EXTENSION, /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '') ?? type
}

/** How an attachment of this type is shown. */
export function shownAs(type: string): Shown {
  if (type === 'text/vcard') return 'card'
  if (type === 'message/rfc822') return 'mail'
  return own(IN_PLACE, type) ?? 'file'
}

/** True if a browser may be given this type to show in place. */
export function mayShow(type: string): boolean {
  return own(IN_PLACE, type) !== undefined
}

/** Types and names come from outside: one that every object has, such as "constructor", is none of ours. */
function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}
