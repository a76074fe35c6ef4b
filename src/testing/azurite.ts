/** A real Azurite (Microsoft's own emulator of Azure Storage) for a test file: in memory, on a free port of loopback. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Azurite's documented account, the same in every installation; it protects nothing. */
const ACCOUNT = 'devstoreaccount1'
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export type Azurite = { readonly connectionString: string; stop(): Promise<void> }

/** Starts Azurite's blob service; resolves when it listens. */
export async function startAzurite(): Promise<Azurite> {
  const program = fileURLToPath(import.meta.resolve('azurite/dist/src/blob/main.js'))
  const options = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck']
  const azurite = spawn(process.execPath, [program, '--blobPort', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => azurite.once('close', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    let printed = ''
    azurite.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const listening = /listens on (http:\/\/[\d.:]+)/.exec(printed)
      if (listening) resolve(listening[1]!)
    })
    azurite.once('close', () => reject(new Error(`azurite ended before it listened: ${printed}`)))
    azurite.once('error', reject)
  })
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${ACCOUNT_KEY};BlobEndpoint=${address}/${ACCOUNT};`
  const stop = async () => {
    azurite.kill('SIGKILL')
    await ended
  }
  return { connectionString, stop }
}
