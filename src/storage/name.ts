/** Which names objects may have: such as every storage can hold, and none that leaves a folder. */
import { HoldfastError } from '../errors.ts'

const NAME = /^[a-z0-9-][a-z0-9.-]*(?:\/[a-z0-9-][a-z0-9.-]*)*$/
/** Azure allows 1,024 and file systems 255 a segment; ours are far shorter. */
const NAME_LENGTH_MAX = 200

/** Throws STORAGE_NAME_INVALID unless `name` is one that every storage can hold. */
export function checkName(name: string): void {
  if (name.length > NAME_LENGTH_MAX || !NAME.test(name) || name.includes('..'))
    throw new HoldfastError('STORAGE_NAME_INVALID', 'the name of an object is not one that can be stored')
}

/** Throws STORAGE_NAME_INVALID unless `prefix` can begin a name ('' lists everything). */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkName(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
}
