/** The first half of a verification: that the files of a package are those that its archive wrote, all and no others. */
import { createHash } from 'node:crypto'
import { HoldfastError, hasCode } from '../errors.ts'
import { keyedTable, rows } from './keyed-table.ts'
import type { Findings } from './package-finding.ts'
import { ITEMS_FILE, LIST_FILE, MANIFEST_FILE, PROOF_FILES, VERIFY_FILE } from './package-layout.ts'
import { parseJson, readLines } from './package-lines.ts'
import { fileShape, manifestShape, type PackageManifest } from './package-shape.ts'
import type { PackageEntry, PackageZip } from './package-zip.ts'

/** What is listed nowhere: it names the rest, or proves itself. */
const UNLISTED: readonly string[] = [MANIFEST_FILE, LIST_FILE, VERIFY_FILE, ...Object.values(PROOF_FILES)]
const MANIFEST_SIZE_MAX = 4 * 1024 * 1024
/** Files with many messages each, whose entries are kept at hand. */
const MBOXES_MAX = 200_000

/** Entries that are read for what they say. */
export type FixedEntries = {
  readonly fixed: ReadonlyMap<string, PackageEntry>
  readonly mboxes: ReadonlyMap<string, PackageEntry>
}

/** The digests of the files as they are. */
export type FileDigests = {
  /** null if there is no such file in the package. */
  digestOf(path: string): Buffer | null
  readonly count: number
  readonly bytes: number
}

/** Goes through the directory once. */
export async function findFixed(zip: PackageZip, findings: Findings): Promise<FixedEntries> {
  const fixed = new Map<string, PackageEntry>()
  const mboxes = new Map<string, PackageEntry>()
  for await (const entry of zip.entries()) {
    const name = entry.fileName
    if (UNLISTED.includes(name) || name === ITEMS_FILE) {
      if (fixed.has(name)) findings.add('FILE_TWICE', name, 'is in the package twice')
      else fixed.set(name, entry)
    } else if (name.startsWith('mbox/') && !mboxes.has(name)) mboxes.set(name, entry)
    if (mboxes.size > MBOXES_MAX)
      throw new HoldfastError('PACKAGE_INVALID', `the package has more than ${MBOXES_MAX} mbox files`)
  }
  return { fixed, mboxes }
}

/** Reads the manifest, and its digest. PACKAGE_INVALID if it has none that can be read. */
export async function readManifest(
  zip: PackageZip,
  { fixed }: FixedEntries,
): Promise<{ manifest: PackageManifest; digest: string }> {
  const entry = fixed.get(MANIFEST_FILE)
  if (!entry) throw new HoldfastError('PACKAGE_INVALID', `there is no ${MANIFEST_FILE}: this is no export`)
  const text = await readWhole(zip, entry, MANIFEST_SIZE_MAX)
  const manifest = parseJson(MANIFEST_FILE, text.toString(), manifestShape)
  return { manifest, digest: createHash('sha256').update(text).digest('hex') }
}

/** An entry's bytes in memory; PACKAGE_INVALID beyond `sizeMax`. */
export async function readWhole(zip: PackageZip, entry: PackageEntry, sizeMax: number): Promise<Buffer> {
  if (entry.uncompressedSize > sizeMax)
    throw new HoldfastError('PACKAGE_INVALID', `${entry.fileName} is larger than ${sizeMax} bytes`)
  const chunks: Buffer[] = []
  for await (const chunk of zip.read(entry)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A listed file: its digest as listed, and once it was read, as it is; its size; what became of it. */
const DIGEST = 0
const SIZE = 32
const STATE = 40
const ROW = 41
const [LISTED, SEEN] = [0, 1]

/** Compares every entry with the list, and the list with the manifest. */
export async function checkFiles(
  zip: PackageZip,
  { fixed }: FixedEntries,
  manifest: PackageManifest,
  findings: Findings,
  onFile: (done: number) => void,
): Promise<FileDigests> {
  const paths = keyedTable()
  const files = rows(ROW)
  const list = fixed.get(LIST_FILE)
  if (list) await readList(zip, list, manifest, findings, paths, files)
  else findings.add('FILE_MISSING', LIST_FILE, 'is not in the package')
  let done = 0
  let bytes = 0
  let count = 0
  for await (const entry of zip.entries()) {
    onFile(++done)
    const name = entry.fileName
    if (UNLISTED.includes(name)) continue
    const known = paths.find(name)
    if (known !== -1 && files.at(known)[STATE] === SEEN) {
      findings.add('FILE_TWICE', name, 'is in the package twice')
      continue
    }
    const is = await digestOf(zip, entry)
    if (known === -1) {
      findings.add('FILE_UNLISTED', name, 'was not written by the archive')
      // What it is counts all the same where it is a message: its item's proof tells.
      paths.add(name)
      files.push(Buffer.alloc(ROW))
    }
    const row = files.at(known === -1 ? files.length - 1 : known)
    const isListed =
      is?.equals(row.subarray(DIGEST, SIZE)) && entry.uncompressedSize === row.readDoubleLE(SIZE)
    if (known !== -1 && !isListed) findings.add('FILE_CHANGED', name, 'is not as the archive wrote it')
    row[STATE] = SEEN
    row.set(is ?? Buffer.alloc(32), DIGEST)
    bytes += entry.uncompressedSize
    count++
  }
  if (list && countMissing(files) > 0) await nameMissing(zip, list, paths, files, findings)
  return {
    digestOf: path => {
      const number = paths.find(path)
      const row = number === -1 ? null : files.at(number)
      return row && row[STATE] === SEEN ? row.subarray(DIGEST, SIZE) : null
    },
    count,
    bytes,
  }
}

type Table = ReturnType<typeof keyedTable>
type Rows = ReturnType<typeof rows>

async function readList(
  zip: PackageZip,
  list: PackageEntry,
  { files: stated }: PackageManifest,
  findings: Findings,
  paths: Table,
  files: Rows,
): Promise<void> {
  const hash = createHash('sha256')
  let lines = 0
  const row = Buffer.alloc(ROW)
  async function* hashed() {
    for await (const chunk of zip.read(list)) {
      hash.update(chunk)
      yield chunk
    }
  }
  for await (const { path, size, sha256 } of readLines(LIST_FILE, hashed(), fileShape)) {
    // A list that never ends is no list: there is a line for each entry.
    if (++lines > zip.entryCount) {
      findings.add('LIST_CHANGED', LIST_FILE, 'has more lines than the package has files')
      break
    }
    if (!paths.add(path).isNew) continue
    row.write(sha256, DIGEST, 'hex')
    row.writeDoubleLE(size, SIZE)
    row[STATE] = LISTED
    files.push(row)
  }
  if (hash.digest('hex') !== stated.sha256 || list.uncompressedSize !== stated.size || lines !== stated.count)
    findings.add('LIST_CHANGED', LIST_FILE, 'is not the list that the manifest names')
}

/** null if the entry cannot be read. */
async function digestOf(zip: PackageZip, entry: PackageEntry): Promise<Buffer | null> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of zip.read(entry)) hash.update(chunk)
  } catch (error) {
    if (hasCode(error, 'PACKAGE_INVALID')) return null
    throw error
  }
  return hash.digest()
}

function countMissing(files: Rows): number {
  let missing = 0
  for (let number = 0; number < files.length; number++) if (files.at(number)[STATE] === LISTED) missing++
  return missing
}

/** The table knows no names, so the list is read once more. */
async function nameMissing(
  zip: PackageZip,
  list: PackageEntry,
  paths: Table,
  files: Rows,
  findings: Findings,
): Promise<void> {
  let lines = 0
  for await (const { path } of readLines(LIST_FILE, zip.read(list), fileShape)) {
    if (++lines > zip.entryCount) return
    const row = files.at(paths.find(path))
    if (row[STATE] !== LISTED) continue
    findings.add('FILE_MISSING', path, 'is not in the package')
  }
}
