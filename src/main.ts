/**
 * The program's entry: `node src/main.ts <command>`, as bin/holdfast and the npm scripts call it. Compiled code is
 * kept between starts, which halves the time that a command or a worker takes to begin.
 */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { runCommandLine } = await import('./cli/cli.ts')
const { describeError } = await import('./log.ts')
// What nobody waited for ends the program, as ever, but is told without what it may quote.
process.on('uncaughtException', error => {
  process.stderr.write(`INTERNAL: ${JSON.stringify(describeError(error))}\n`)
  process.exit(1)
})
process.exitCode = await runCommandLine(process.argv.slice(2))
