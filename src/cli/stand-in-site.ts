/** The stand-in TeleMessage site as a process beside the demonstration; it imports nothing of ours, nor we of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../errors.ts'

export type StandInSite = {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly organisation: { readonly name: string; readonly domain: string }
  /** The first moment of its traffic. */
  readonly from: Date
  /** Items on it so far, both networks together. */
  readonly items: number
  stop(): Promise<void>
}

const SITE = fileURLToPath(new URL('../../telemessage-site/main.ts', import.meta.url))

/** Starts the stand-in with these flags, and waits until it answers. */
export async function startStandInSite(flags: readonly string[]): Promise<StandInSite> {
  const child = spawn(process.execPath, [SITE, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  // If this process is killed, nobody else would stop the site.
  const onExit = () => child.kill('SIGTERM')
  process.once('exit', onExit)
  const ready = JSON.parse(await firstLine(child)) as {
    url: string
    account: { username: string; password: string }
    organisation: { name: string; domain: string }
    from: number
    items: number
  }
  return {
    url: ready.url,
    username: ready.account.username,
    password: ready.account.password,
    organisation: ready.organisation,
    from: new Date(ready.from),
    items: ready.items,
    stop: async () => {
      process.off('exit', onExit)
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
      if (child.exitCode !== null || !child.kill('SIGTERM')) return
      await ended
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end !== -1) resolve(text.slice(0, end))
    })
    child.once('exit', code =>
      reject(new HoldfastError('INTERNAL', `the stand-in site ended with code ${code}`)),
    )
    child.once('error', cause =>
      reject(new HoldfastError('INTERNAL', 'the stand-in site cannot be started', { cause })),
    )
  })
}
