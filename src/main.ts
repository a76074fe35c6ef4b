/** The program's entry: `node src/main.ts <command>`, as bin/holdfast and the npm scripts call it. */
import { runCommandLine } from './cli/cli.ts'

process.exitCode = await runCommandLine(process.argv.slice(2))
