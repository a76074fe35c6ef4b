/** The text of the portal's client, made from the API's own routes and formatted as the rest of the tree. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { portalClient } from '../src/api/api.ts'

export const CLIENT_PATH = fileURLToPath(new URL('src/client/client.ts', import.meta.url))
const BIOME = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))

/** Throws what Biome says if the client is none that it can read. */
export function clientText(): string {
  let text = portalClient()
  // Biome's form of a long signature can be shorter in its second round; what it leaves as it is, the check takes.
  for (let before = ''; before !== text; ) {
    before = text
    const { status, stdout, stderr } = spawnSync(
      BIOME,
      ['check', '--write', `--stdin-file-path=${CLIENT_PATH}`],
      { input: before, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(stderr)
    text = stdout
  }
  return text
}
