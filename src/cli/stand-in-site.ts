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

type Ready = {
  readonly url: string
  readonly account: { readonly username: string; readonly password: string }
  readonly organisation: { readonly name: string; readonly domain: string }
  readonly from: number
  readonly items: number
}

const SITE = fileURLToPath(new URL('../../telemessage-site/main.ts', import.meta.url))

/** Starts the stand-in with these flags, and waits until it answers. */
export async function startStandInSite(flags: readonly string[]): Promise<StandInSite> {
  // The channel tells the site when this process is gone, however it went: nobody else would stop it.
  const child = spawn(process.execPath, [SITE, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: true,
  })
  let ready: Ready
  try {
    ready = JSON.parse(await firstLine(child)) as Ready
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    url: ready.url,
    username: ready.account.username,
    password: ready.account.password,
    organisation: ready.organisation,
    from: new Date(ready.from),
    items: ready.items,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
      if (child.kill('SIGTERM')) await ended
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onText = (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end === -1) return
      // What comes later is read and let go, so that it neither fills memory nor stops the site.
      child.stdout!.off('data', onText).resume()
      resolve(text.slice(0, end))
    }
    child.stdout!.setEncoding('utf8').on('data', onText)
    child.once('exit', code =>
      reject(new HoldfastError('INTERNAL', `the stand-in site ended with code ${code}`)),
    )
    child.once('error', cause =>
      reject(new HoldfastError('INTERNAL', 'the stand-in site cannot be started', { cause })),
    )
  })
}
