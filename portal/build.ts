/**
 * Builds the portal into portal/dist, if anything that goes into it has changed since the last time. Every file is
 * compressed beforehand, and the build fails when the scripts of the first page (entry, what it imports, and the home
 * page) are larger than promised.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const PORTAL = fileURLToPath(new URL('.', import.meta.url))
const DIST = join(PORTAL, 'dist')
/** Built here first and put in place whole, so that a server never meets half a portal. */
const NEXT = join(PORTAL, '..', 'node_modules', '.cache', `holdfast-portal-${process.pid}`)
const STAMP = '.built'
const FIRST_PAGE_MAX = 300_000
/** Smaller files are not worth a second one. */
const COMPRESSED_MIN = 512

type Chunk = {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
}

const inputs = inputHash()
if (existsSync(join(DIST, STAMP)) && readFileSync(join(DIST, STAMP), 'utf8') === inputs) {
  console.log('portal: up to date')
} else {
  const started = performance.now()
  await build({
    configFile: join(PORTAL, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: NEXT, emptyOutDir: true },
  })
  compressAll()
  const size = firstPageSize()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const kilobytes = Math.round(size / 1000)
  console.log(`portal: built in ${seconds} s; scripts of the first page ${kilobytes} kB compressed`)
  if (size > FIRST_PAGE_MAX) {
    console.error(
      `portal: that is more than ${FIRST_PAGE_MAX / 1000} kB; load what is not needed first later`,
    )
    process.exitCode = 1
    rmSync(NEXT, { recursive: true })
  } else {
    writeFileSync(join(NEXT, STAMP), inputs)
    putInPlace()
  }
}

function putInPlace(): void {
  const last = `${NEXT}-last`
  mkdirSync(join(NEXT, '..'), { recursive: true })
  if (existsSync(DIST)) renameSync(DIST, last)
  renameSync(NEXT, DIST)
  rmSync(last, { recursive: true, force: true })
}

/** A digest of everything that the build reads: sources, configuration, and the versions of the packages. */
function inputHash(): string {
  const files = globSync(
    [
      '{index.html,build.ts,vite.config.ts,tsconfig.json,{src,public}/**/*}',
      '../docs/{guide,operating,formats}/*.md',
    ],
    { cwd: PORTAL },
  )
    .filter(file => statSync(join(PORTAL, file)).isFile())
    .map(file => file.replaceAll('\\', '/'))
    .sort()
  const hash = createHash('sha256')
  for (const file of [...files, '../package-lock.json']) {
    hash.update(`${file}\0`)
    hash.update(readFileSync(join(PORTAL, file)))
  }
  return hash.digest('hex')
}

function compressAll(): void {
  for (const file of globSync('**/*.{js,css,html,svg,json}', { cwd: NEXT })) {
    const path = join(NEXT, file)
    const bytes = readFileSync(path)
    if (bytes.length < COMPRESSED_MIN) continue
    writeFileSync(`${path}.br`, brotli(bytes))
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
}

/** Gzip's size, the larger of the two, of all scripts that must be there before the home page is seen. */
function firstPageSize(): number {
  const manifest = JSON.parse(readFileSync(join(NEXT, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = new Set<string>()
  const visit = (key: string): void => {
    const chunk = manifest[key]
    if (chunk === undefined || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const each of chunk.imports ?? []) visit(each)
  }
  for (const [key, chunk] of Object.entries(manifest))
    if (chunk.isEntry || chunk.src === 'src/home/home.tsx') visit(key)
  let size = 0
  for (const file of files)
    if (file.endsWith('.js')) size += gzipSync(readFileSync(join(NEXT, file)), { level: 9 }).length
  return size
}
