/** notmuch and mu, where they are installed, on the same messages as files of a maildir. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ground } from '../src/ground.ts'
import { percentile } from './measure.ts'
import { sealedMessages } from './sealed-messages.ts'
import { WORDS } from './search.ts'

export type PeerFigures = {
  readonly name: string
  readonly itemsPerSecond: number
  readonly searches: readonly { readonly name: string; readonly median: number }[]
}

const ROUNDS = 7

/** Writes every message to a maildir and lets each peer index it. */
export async function measurePeers(ground: Ground, rareWord: string): Promise<PeerFigures[]> {
  const installed = ['notmuch', 'mu'].filter(name => spawnSync(name, ['--version']).status === 0)
  if (installed.length === 0) {
    process.stderr.write('  notmuch and mu are not installed, so there is nothing to compare with\n')
    return []
  }
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-peers-'))
  try {
    const messages = await writeMaildir(ground, join(folder, 'mail'))
    const figures: PeerFigures[] = []
    if (installed.includes('notmuch')) figures.push(await measureNotmuch(folder, messages, rareWord))
    if (installed.includes('mu')) figures.push(measureMu(folder, messages, rareWord))
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeMaildir(ground: Ground, folder: string): Promise<number> {
  for (const part of ['cur', 'new', 'tmp']) await mkdir(join(folder, part), { recursive: true })
  let written = 0
  for await (const { itemId, bytes } of sealedMessages(ground)) {
    await writeFile(join(folder, 'cur', `${itemId}:2,S`), bytes)
    written++
  }
  return written
}

async function measureNotmuch(folder: string, messages: number, rareWord: string): Promise<PeerFigures> {
  const config = join(folder, 'notmuch-config')
  await writeFile(
    config,
    `[database]\npath=${join(folder, 'mail')}\n[user]\nname=bench\nprimary_email=bench@example.com\n[new]\ntags=\n`,
  )
  const env = { ...process.env, NOTMUCH_CONFIG: config }
  const seconds = timed('notmuch', ['new', '--quiet'], env)
  return {
    name: 'notmuch new',
    itemsPerSecond: messages / seconds,
    searches: [
      searched('rare word', 'notmuch', ['search', '--output=messages', '--limit=50', rareWord], env),
      searched('count of a common word', 'notmuch', ['count', WORDS.common], env),
      searched('phrase', 'notmuch', ['search', '--output=messages', '--limit=50', WORDS.phrase], env),
      searched('beginning', 'notmuch', ['search', '--output=messages', '--limit=50', WORDS.beginning], env),
      searched('count of a beginning', 'notmuch', ['count', WORDS.beginning], env),
      searched(
        'words near each other',
        'notmuch',
        ['search', '--output=messages', '--limit=50', WORDS.near.join(' NEAR/6 ')],
        env,
      ),
    ],
  }
}

function measureMu(folder: string, messages: number, rareWord: string): PeerFigures {
  const env = { ...process.env, XDG_CACHE_HOME: folder }
  const home = ['--muhome', join(folder, 'mu')]
  timed('mu', ['init', ...home, '--maildir', join(folder, 'mail'), '--quiet'], env)
  const seconds = timed('mu', ['index', ...home, '--quiet'], env)
  return {
    name: 'mu index',
    itemsPerSecond: messages / seconds,
    searches: [
      searched('rare word', 'mu', ['find', ...home, '-n', '50', rareWord], env),
      searched('phrase', 'mu', ['find', ...home, '-n', '50', WORDS.phrase], env),
      searched('beginning', 'mu', ['find', ...home, '-n', '50', WORDS.beginning], env),
    ],
  }
}

function timed(program: string, words: string[], env: NodeJS.ProcessEnv): number {
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(program, words, { env, maxBuffer: 1 << 28 })
  // mu ends with 2 or 4 where nothing matches.
  if (status !== 0 && status !== 2 && status !== 4)
    throw new Error(`${program} ${words[0]} ended with ${status}: ${stderr}`)
  return (performance.now() - startedAt) / 1000
}

function searched(name: string, program: string, words: string[], env: NodeJS.ProcessEnv) {
  const times = Array.from({ length: ROUNDS }, () => timed(program, words, env) * 1000)
  return { name, median: percentile(times, 50) }
}
