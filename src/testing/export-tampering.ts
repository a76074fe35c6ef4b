/** Ways to tamper with an export package: our verifier must find each and name it, and so must any other. */
import type { TestPackage } from './export-package.ts'

/** Changes one bit of a file. */
export function flipBit(pack: TestPackage, path: string, at: number): void {
  const bytes = Buffer.from(pack.files.get(path)!)
  bytes[at]! ^= 1
  pack.files.set(path, bytes)
}

/** What is done to a package of EML files, which findings it leads to, and what one of them names. */
export const TAMPERINGS: readonly [string, (pack: TestPackage) => void, readonly string[], string][] = [
  [
    'a message with one bit changed',
    p => flipBit(p, 'messages/a/Folder/4.eml', 40),
    ['FILE_CHANGED', 'ITEM_CHANGED'],
    '4.eml',
  ],
  [
    'a message taken out',
    p => p.files.delete('messages/a/Folder/1.eml'),
    ['FILE_MISSING', 'ITEM_CHANGED'],
    '1.eml',
  ],
  [
    'two messages exchanged',
    p => {
      const [one, two] = ['messages/a/Folder/5.eml', 'messages/a/Folder/6.eml']
      const held = p.files.get(one)!
      p.files.set(one, p.files.get(two)!).set(two, held)
    },
    ['FILE_CHANGED', 'ITEM_CHANGED'],
    '5.eml',
  ],
  [
    'the second copy of an item changed, the list with it',
    p => {
      flipBit(p, 'messages/a/Folder/3.eml', 40)
      p.relist()
    },
    ['ITEM_CHANGED', 'LIST_CHANGED'],
    '3.eml',
  ],
  [
    'a file added',
    p => p.files.set('messages/a/Folder/99.eml', Buffer.from('x')),
    ['FILE_UNLISTED'],
    '99.eml',
  ],
  ['a table changed', p => flipBit(p, 'items.csv', 3), ['FILE_CHANGED'], 'items.csv'],
  ['a table taken out', p => p.files.delete('items.csv'), ['FILE_MISSING'], 'items.csv'],
  [
    'the list taken out',
    p => p.files.delete('files.jsonl'),
    ['FILE_MISSING', 'FILE_UNLISTED'],
    'files.jsonl',
  ],
  [
    'a line of the list taken out',
    p => p.lines('files.jsonl', l => l.slice(1)),
    ['FILE_UNLISTED', 'LIST_CHANGED'],
    'files.jsonl',
  ],
  ['the items’ lines taken out', p => p.files.delete('items.jsonl'), ['FILE_MISSING'], 'items.jsonl'],
  [
    'a line of the items taken out',
    p => p.lines('items.jsonl', l => l.slice(0, -1)),
    ['COUNTS_DIFFER', 'FILE_CHANGED'],
    'items.jsonl',
  ],
  [
    'a line in the middle taken out',
    p => p.lines('items.jsonl', l => l.toSpliced(3, 1)),
    ['COUNTS_DIFFER', 'FILE_CHANGED', 'ITEM_UNKNOWN'],
    'items.jsonl',
  ],
  [
    'a digest of an original changed',
    p =>
      p.lines('items.jsonl', l => l.with(1, l[1]!.replace(/("originalSha256":")[0-9a-f]{8}/, '$100000000'))),
    ['FILE_CHANGED', 'ITEM_CHANGED'],
    '2.eml',
  ],
  [
    'a written copy made a failed one, the list with it',
    p => {
      p.lines('items.jsonl', l => l.with(0, l[0]!.replace('"written"', '"failed"')))
      p.relist()
    },
    ['COUNTS_DIFFER', 'ITEM_UNKNOWN', 'LIST_CHANGED'],
    'items.jsonl',
  ],
  [
    'a count of the manifest changed',
    p => p.lines('manifest.json', l => l.map(line => line.replace('"exported": 7', '"exported": 6'))),
    ['COUNTS_DIFFER', 'MANIFEST_CHANGED'],
    'manifest.json',
  ],
  [
    'white space of the manifest changed',
    p => p.lines('manifest.json', l => [...l, '']),
    ['MANIFEST_CHANGED'],
    'manifest.json',
  ],
  [
    'the entry of the export rewritten',
    p =>
      p.lines('proofs/manifest-entry.json', l =>
        l.map(line => line.replace('person:tester', 'person:nobody')),
      ),
    ['EXPORT_UNPROVEN'],
    'manifest-entry',
  ],
  [
    'the entry of the export cut',
    p => p.files.set('proofs/manifest-entry.json', Buffer.from('{"leaf":')),
    ['PROOF_UNREADABLE'],
    'manifest-entry',
  ],
  [
    'the entry of the export taken out',
    p => p.files.delete('proofs/manifest-entry.json'),
    ['FILE_MISSING'],
    'manifest-entry',
  ],
  [
    'the checkpoint for a larger tree',
    p => p.lines('proofs/checkpoint.txt', l => l.with(1, '5')),
    ['BATCH_UNPROVEN', 'CHECKPOINT_INVALID', 'EXPORT_UNPROVEN', 'ITEM_UNPROVEN'],
    'checkpoint.txt',
  ],
  [
    'the checkpoint’s signature changed',
    p =>
      p.lines('proofs/checkpoint.txt', l =>
        l.map(line =>
          line.replace(/^(— \S+ .{20})(.)/, (_, before, one) => before + (one === 'A' ? 'B' : 'A')),
        ),
      ),
    ['CHECKPOINT_INVALID'],
    'checkpoint.txt',
  ],
  [
    'the checkpoint taken out',
    p => p.files.delete('proofs/checkpoint.txt'),
    ['FILE_MISSING', 'ITEM_UNPROVEN'],
    'checkpoint.txt',
  ],
  [
    'a batch’s time changed',
    p => p.lines('proofs/batches.jsonl', l => l.with(1, l[1]!.replace('09:00:00', '08:00:00'))),
    ['BATCH_UNPROVEN', 'ITEM_UNPROVEN'],
    'batch 2',
  ],
  ['a batch taken out', p => p.lines('proofs/batches.jsonl', l => l.slice(1)), ['ITEM_UNPROVEN'], '1.eml'],
  [
    'two batches’ numbers exchanged',
    p =>
      p.lines('proofs/batches.jsonl', ([a, b]) => [
        a!.replace('"batch":1', '"batch":2'),
        b!.replace('"batch":2', '"batch":1'),
      ]),
    ['BATCH_UNPROVEN', 'ITEM_UNPROVEN'],
    'batch 2',
  ],
  ['a proof taken out', p => p.lines('proofs/items.jsonl', l => l.slice(1)), ['ITEM_UNPROVEN'], '1.eml'],
  [
    'a proof put in twice',
    p => p.lines('proofs/items.jsonl', l => [l[0]!, ...l.slice(0, -1)]),
    ['ITEM_UNKNOWN', 'ITEM_UNPROVEN'],
    '0199aaf2',
  ],
  ['a proof too many', p => p.lines('proofs/items.jsonl', l => [...l, l[0]!]), ['ITEM_UNKNOWN'], '0199aaf2'],
  [
    'a proof for another place',
    p =>
      p.lines('proofs/items.jsonl', l =>
        l.map((line, n) => (n === 0 ? line.replace('"index":0', '"index":1') : line)),
      ),
    ['ITEM_CHANGED'],
    '1.eml',
  ],
  [
    'a proof cut short',
    p => p.lines('proofs/items.jsonl', l => l.with(2, '{"item":')),
    ['ITEM_UNPROVEN', 'PROOF_UNREADABLE'],
    'items.jsonl',
  ],
  [
    'the proofs taken out',
    p => p.files.delete('proofs/items.jsonl'),
    ['FILE_MISSING', 'ITEM_UNPROVEN'],
    'items.jsonl',
  ],
]
