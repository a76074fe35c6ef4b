/** Where a source's password comes from: the environment, standard input, or a hidden question. Never a flag. */
import { text } from 'node:stream/consumers'
import { passwordFromEnvironment } from '../config.ts'
import { ask } from './terminal.ts'

/** The password; with `fromStdin`, the first line of standard input. */
export async function passwordOf(fromStdin: boolean): Promise<string> {
  const given = passwordFromEnvironment()
  if (given !== null) return given
  if (fromStdin) return (await text(process.stdin)).split('\n')[0]!.replace(/\r$/, '')
  return ask('Password', { hidden: true })
}
