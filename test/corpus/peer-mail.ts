/** Texts of a corpus as mail, given to notmuch and mu (Xapian) to index, so that their hits can be compared with ours. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Mail = {
  readonly number: number
  readonly subject: string
  readonly body: string
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly sentAt: Date
}

export type Peer = {
  readonly name: 'notmuch' | 'mu'
  /** Numbers of the mails that match a query of the peer's own language, ascending. */
  find(query: string): Promise<number[]>
}

/** The peers that are installed. */
export const installed = (['notmuch', 'mu'] as const).filter(
  name => spawnSync(name, ['--version']).status === 0,
)

/** Lets each peer index these mails; what it keeps is removed after the test. */
export async function openPeers(
  t: { after(work: () => Promise<void>): void },
  mails: readonly Mail[],
): Promise<Peer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-peer-mail-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const maildir = join(folder, 'mail')
  for (const part of ['cur', 'new', 'tmp']) await mkdir(join(maildir, part), { recursive: true })
  for (const mail of mails) await writeFile(join(maildir, 'cur', `${mail.number}:2,S`), written(mail))
  return Promise.all(
    installed.map(name => (name === 'notmuch' ? openNotmuch(folder, maildir) : openMu(folder, maildir))),
  )
}

function written({ number, subject, body, from, to, sentAt }: Mail): string {
  const lines = [
    `From: ${from.name} <${from.address}>`,
    `To: ${to.name} <${to.address}>`,
    // Both read UTF-8 as it stands (RFC 6532); notmuch 0.37 loses words of a subject in several encoded words.
    `Subject: ${subject}`,
    `Date: ${sentAt.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${number}@peer.invalid>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(body)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    '',
  ]
  return lines.join('\n')
}

async function openNotmuch(folder: string, maildir: string): Promise<Peer> {
  const config = join(folder, 'notmuch-config')
  await writeFile(
    config,
    `[database]\npath=${maildir}\n[user]\nname=peer\nprimary_email=peer@peer.invalid\n[new]\ntags=\n[search]\nexclude_tags=\n`,
  )
  const env = { ...process.env, NOTMUCH_CONFIG: config, TZ: 'UTC' }
  execFileSync('notmuch', ['new', '--quiet'], { env })
  return {
    name: 'notmuch',
    find: async query =>
      numbersIn(await run('notmuch', ['search', '--output=messages', '--exclude=false', query], env)),
  }
}

async function openMu(folder: string, maildir: string): Promise<Peer> {
  const env = { ...process.env, XDG_CACHE_HOME: folder, TZ: 'UTC', LC_ALL: 'C.UTF-8' }
  const home = ['--muhome', join(folder, 'mu')]
  execFileSync('mu', ['init', ...home, '--maildir', maildir, '--quiet'], { env })
  execFileSync('mu', ['index', ...home, '--quiet'], { env })
  return {
    name: 'mu',
    find: async query => numbersIn(await run('mu', ['find', ...home, '--fields', 'i', query], env)),
  }
}

function run(program: string, words: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      // mu ends with 2 or 4 where nothing matches.
      if (error && !(program === 'mu' && (error.code === 2 || error.code === 4)))
        reject(new Error(`${program}: ${stderr}`))
      else resolve(stdout)
    })
  })
}

const numbersIn = (text: string): number[] =>
  [...text.matchAll(/(\d+)@peer\.invalid/g)].map(match => Number(match[1])).sort((a, b) => a - b)
