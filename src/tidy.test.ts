/**
 * Checks of the code itself: file length, faces, the one direction of imports, names that say nothing, exports that
 * nothing uses, and the promises of DESIGN.md section 3 that a machine can check.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const LINES_MAX = 400
const BANNED = [
  'service',
  'manager',
  'helper',
  'helpers',
  'util',
  'utils',
  'common',
  'shared',
  'misc',
  'data',
  'info',
  'process',
  'handle',
]

/**
 * The folders in the order of their layers: a file imports from its own folder and from folders before it. The
 * ground comes first, then the flow from left to right, then who runs it, then the surfaces.
 */
const LAYERS = [
  'storage',
  'database',
  'keyring',
  'queue',
  'audit',
  'directory',
  'identity',
  'ground',
  'source',
  'staging',
  'message',
  'extraction',
  'mapping',
  'vault',
  'mailbox',
  'search',
  'hold',
  'retention',
  'erasure',
  'in-place-archive',
  'connector',
  'pipeline',
  'archive',
  'ediscovery',
  'export',
  'upkeep',
  'alert',
  'api',
  'cli',
  'main',
]
/** Files at the root of src that everything may import. */
const BASICS = [
  'config',
  'error-definition',
  'surface-errors',
  'keeping-errors',
  'errors',
  'clock',
  'log',
  'loopback',
  'memory',
  'sha256',
  'zone-time',
]
/** The source's raw records are made of the message's nouns: types only. */
const TYPE_ONLY = new Set(['source>message'])

type Import = {
  readonly from: string
  readonly to: string
  readonly names: string[]
  readonly typeOnly: boolean
}

const sources = globSync('src/**/*.ts', { cwd: ROOT }).sort()
const shipped = sources.filter(file => !file.endsWith('.test.ts') && !file.startsWith('src/testing/'))
/** Written by `npm run client`, and as long as the API is. */
const GENERATED = 'portal/src/client/client.ts'
const portal = globSync('portal/**/*.{ts,tsx}', { cwd: ROOT }).filter(file => file !== GENERATED)
const everywhere = [
  ...sources,
  ...globSync('{telemessage-site,bench,test}/**/*.ts', { cwd: ROOT }),
  ...portal.filter(file => !file.startsWith('portal/dist/')),
]
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8')

function importsOf(file: string): Import[] {
  const found: Import[] = []
  const pattern = /^(import|export)\s+(type\s+)?(?:([\w*\s{},]+?)\s+from\s+)?'(\.[^']+)'/gm
  for (const match of text(file).matchAll(pattern)) {
    const to = relative(ROOT, resolve(ROOT, dirname(file), match[4]!))
    const names = [...(match[3] ?? '').matchAll(/[A-Za-z_$][\w$]*/g)].map(name => name[0])
    found.push({ from: file, to, names, typeOnly: match[2] !== undefined })
  }
  for (const match of text(file).matchAll(/const \{([^}]*)\} = await import\('(\.[^']+)'\)/g)) {
    const to = relative(ROOT, resolve(ROOT, dirname(file), match[2]!))
    const names = [...match[1]!.matchAll(/[A-Za-z_$][\w$]*/g)].map(name => name[0])
    found.push({ from: file, to, names, typeOnly: false })
  }
  return found
}

/** `src/vault/vault.ts` is of the room `vault`; `src/config.ts` of the room `config`. */
function room(file: string): string {
  const parts = file.split('/')
  return parts.length === 2 ? basename(file, '.ts') : parts[1]!
}

test(`no file is longer than ${LINES_MAX} lines`, () => {
  const long = everywhere.filter(file => text(file).split('\n').length > LINES_MAX + 1)
  assert.deepEqual(long, [])
})

test('no file name says nothing', () => {
  const empty = everywhere.filter(file =>
    basename(file)
      .replace(/\.tsx?$/, '')
      .replace(/\.test$/, '')
      .split('-')
      .some(word => BANNED.includes(word)),
  )
  assert.deepEqual(empty, [])
})

test('every folder has a face that opens by saying what it is', () => {
  const folders = new Set(shipped.filter(file => file.split('/').length > 2).map(file => file.split('/')[1]!))
  for (const folder of folders) {
    const face = `src/${folder}/${folder}.ts`
    assert.ok(existsSync(join(ROOT, face)), `${face} is missing`)
    assert.match(text(face), /^\/\*\*/, `${face} does not open with a comment`)
  }
})

test('other folders import only the face', () => {
  const past = shipped.flatMap(importsOf).filter(({ from, to }) => {
    const target = room(to)
    return room(from) !== target && to.split('/').length > 2 && to !== `src/${target}/${target}.ts`
  })
  assert.deepEqual(
    past.map(each => `${each.from} imports ${each.to}`),
    [],
  )
})

test('imports go one way', () => {
  const wrong = shipped.flatMap(importsOf).filter(each => {
    const from = room(each.from)
    const to = room(each.to)
    if (from === to || BASICS.includes(to)) return false
    if (each.typeOnly && TYPE_ONLY.has(`${from}>${to}`)) return false
    assert.ok(LAYERS.includes(to), `${each.to}: no layer is given for ${to}`)
    return BASICS.includes(from) || LAYERS.indexOf(to) > LAYERS.indexOf(from)
  })
  assert.deepEqual(
    wrong.map(each => `${each.from} imports ${each.to}`),
    [],
  )
})

test('there is no cycle of imports between files', () => {
  const graph = new Map(
    shipped.map(file => [
      file,
      importsOf(file)
        .filter(each => !each.typeOnly)
        .map(each => each.to),
    ]),
  )
  const done = new Set<string>()
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), `a cycle: ${[...path.slice(path.indexOf(file)), file].join(' > ')}`)
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
})

test('every export is used by another file', () => {
  const used = new Map<string, Set<string>>()
  for (const each of everywhere.flatMap(importsOf)) {
    const names = used.get(each.to) ?? new Set()
    for (const name of each.names) names.add(name)
    used.set(each.to, names)
  }
  const unused: string[] = []
  for (const file of shipped)
    for (const match of text(file).matchAll(
      /^export (?:async )?(?:function\*?|const|class|type|let) ([A-Za-z_$][\w$]*)/gm,
    ))
      if (!used.get(file)?.has(match[1]!)) unused.push(`${file}: ${match[1]}`)
  assert.deepEqual(unused, [])
})

test('only config.ts reads the environment', () => {
  const readers = shipped.filter(file => /process\.env\b/.test(text(file)) && file !== 'src/config.ts')
  assert.deepEqual(readers, [])
})

test('only clock.ts reads the time', () => {
  const readers = shipped.filter(
    file => /\bDate\.now\(|new Date\(\)|performance\.now\(/.test(text(file)) && file !== 'src/clock.ts',
  )
  assert.deepEqual(readers, [])
})

test('message/, search/query.ts and audit/tree.ts do no input or output', () => {
  const pure = shipped.filter(
    file => file.startsWith('src/message/') || file === 'src/search/query.ts' || file === 'src/audit/tree.ts',
  )
  const impure = pure.filter(file =>
    /from 'node:(fs|net|http|https|child_process|dns|tls)|from 'pg'|\/database\//.test(text(file)),
  )
  assert.deepEqual(impure, [])
})

test('the stand-in site imports nothing from the archive', () => {
  const crossing = globSync('telemessage-site/**/*.ts', { cwd: ROOT })
    .flatMap(importsOf)
    .filter(each => each.to.startsWith('src/'))
  assert.deepEqual(
    crossing.map(each => `${each.from} imports ${each.to}`),
    [],
  )
})

test('the portal knows the archive by its API alone', () => {
  const crossing = portal
    .filter(file => file.startsWith('portal/src/'))
    .flatMap(importsOf)
    .filter(each => !each.to.startsWith('portal/src/'))
  assert.deepEqual(
    crossing.map(each => `${each.from} imports ${each.to}`),
    [],
  )
})

test('an area of the portal imports from its own folder, from parts, client and frame, and no further', () => {
  const open = ['parts', 'client', 'frame']
  // What one area lends to another is named here.
  const lent = new Set([
    'portal/src/connectors/connector-state.tsx',
    'portal/src/connectors/custom-mapping.tsx',
    'portal/src/connector/connector.tsx',
    'portal/src/connector/filters.tsx',
    'portal/src/connector/mailbox-picker.tsx',
    'portal/src/connector/party.tsx',
    'portal/src/connector/reason.tsx',
    'portal/src/connector/search-field.tsx',
    'portal/src/connector/validity.tsx',
    'portal/src/mailboxes/choices.tsx',
    'portal/src/mailboxes/days.tsx',
    'portal/src/mailboxes/explanation.tsx',
    'portal/src/mailboxes/message-content.tsx',
    'portal/src/mailboxes/message-row.tsx',
    'portal/src/mailboxes/texts.ts',
    'portal/src/mailboxes/who.tsx',
    'portal/src/permissions/sign-in-settings.tsx',
    'portal/src/search/query-box.tsx',
  ])
  const wrong = portal
    .filter(file => /^portal\/src\/[^/]+\//.test(file))
    .flatMap(importsOf)
    .filter(({ from, to }) => {
      const [own, other] = [from.split('/')[2]!, to.split('/')[2]!]
      return own !== other && !open.includes(other) && to.split('/').length > 3 && !lent.has(to)
    })
  assert.deepEqual(
    wrong.map(each => `${each.from} imports ${each.to}`),
    [],
  )
})

test('no loose end is left in the code', () => {
  const loose = everywhere.filter(
    file =>
      !file.endsWith('tidy.test.ts') &&
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error)|\bas any\b/.test(text(file)),
  )
  assert.deepEqual(loose, [])
})

/** Tables that what was archived is in, and the files that may delete from them, each for what it says. */
const CONTENT =
  'item|filing|search_entry|attachment_text|unread_attachment|failure|held_item|tombstone|vault_object'
const REMOVES_ROWS = new Map([
  ['src/retention/disposition.ts', 'disposal: the only way by which anything leaves'],
  // Written anew, for items that stay.
  ['src/search/stored-entries.ts', 'replaceEntries: entries made anew in one statement after another'],
  ['src/pipeline/attachment-text.ts', 'what was not read of attachments, read again'],
  // Of nothing that can be found.
  ['src/upkeep/reindex.ts', 'entries that no item has'],
  ['src/hold/evaluation.ts', 'what queries of holds held that are over'],
  ['src/hold/matching.ts', 'what queries of holds could not be asked of, asked again'],
])
/** Files that remove objects from a storage. */
const REMOVES_OBJECTS = new Map([
  ['src/retention/disposal-ending.ts', 'objects whose items were all disposed of'],
  ['src/pipeline/file-batch.ts', 'objects of an attempt that was rolled back'],
  ['src/pipeline/unstorable.ts', 'objects of items tried alone'],
  ['src/pipeline/janitor.ts', 'staging copies, and orphans of killed attempts'],
  ['src/export/ending.ts', 'packages of exports'],
  ['src/export/finishing.ts', 'packages of exports'],
  ['src/audit/sequencer.ts', 'checkpoints that a newer one stands for'],
])

test('only disposition.ts removes what was archived', () => {
  const statement = new RegExp(
    `\\b(?:delete\\s+from|truncate(?:\\s+table)?)\\s+(?:holdfast\\.)?(?:(?:${CONTENT})\\b|\\$\\{)`,
    'i',
  )
  const removers = shipped.filter(file => statement.test(text(file)))
  // Drafts of connectors, whose tables are named one by one there.
  assert.deepEqual(
    removers.filter(file => file !== 'src/connector/draft.ts').sort(),
    [...REMOVES_ROWS.keys()].sort(),
  )
  const objects = shipped.filter(
    file =>
      !file.startsWith('src/storage/') && /\b(?:[sS]torage(?:\([^)]*\))?|target)\.remove\(/.test(text(file)),
  )
  assert.deepEqual(objects.sort(), [...REMOVES_OBJECTS.keys()].sort())
  // A draft has imported nothing.
  assert.match(text('src/connector/draft.ts'), /for \(const table of \[([^\]]*)\]\)/)
  const named = /for \(const table of \[([^\]]*)\]\)/.exec(text('src/connector/draft.ts'))![1]!
  assert.doesNotMatch(named, new RegExp(`'(?:${CONTENT})'`))
})
