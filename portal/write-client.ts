/** `npm run client`: writes portal/src/client/client.ts from the API's own routes. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { portalClient } from '../src/api/api.ts'

const path = fileURLToPath(new URL('src/client/client.ts', import.meta.url))
const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))
const formatted = spawnSync(biome, ['check', '--write', `--stdin-file-path=${path}`], {
  input: portalClient(),
  encoding: 'utf8',
})
if (formatted.status !== 0) {
  process.stderr.write(formatted.stderr)
  process.exit(1)
}
writeFileSync(path, formatted.stdout)
