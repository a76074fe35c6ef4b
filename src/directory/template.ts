/** An empty directory file with its heading, for people to fill in. */
import { OPTIONAL, REQUIRED } from './import.ts'

/** The columns that have a meaning of their own, and two attributes as an example of further ones. */
export function directoryTemplate(): string {
  return `${[...REQUIRED, ...OPTIONAL, 'Department', 'Country'].join(',')}\r\n`
}
