import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CATALOGUE, findProduct } from './catalogue.ts'

test('the catalogue has the twelve networks, each once', () => {
  assert.equal(CATALOGUE.length, 12)
  for (const field of ['id', 'network', 'name', 'folder', 'itemClass'] as const)
    assert.equal(new Set(CATALOGUE.map(each => each[field])).size, 12, field)
})

test('the two connectors of the mission are as Microsoft documents them', () => {
  const { folder, itemClass, needsApp, companyOwnedOnly, kinds } = findProduct('enterprise-number')
  assert.deepEqual(
    { folder, itemClass, needsApp, companyOwnedOnly },
    {
      folder: 'Enterprise Number Archiver',
      itemClass: 'IPM.ExternalData.EnterpriseNumberArchiver',
      needsApp: true,
      companyOwnedOnly: false,
    },
  )
  for (const kind of ['sms', 'mms', 'chat', 'voice-call', 'call-log'] as const)
    assert.ok(kinds.includes(kind))
  const o2 = findProduct('o2')
  assert.equal(o2.folder, 'O2 SMS and Voice Network Archiver')
  assert.equal(o2.arrives, 'once every 24 hours')
  assert.equal(o2.companyOwnedOnly, true)
  assert.ok(!o2.kinds.includes('chat'))
})

test('an item class has no spaces or signs', () => {
  for (const { itemClass } of CATALOGUE) assert.match(itemClass, /^IPM\.ExternalData\.[A-Za-z0-9]+$/)
})

test('an unknown product is refused by name', () => {
  assert.throws(() => findProduct('telex'), { code: 'PRODUCT_UNKNOWN', message: /telex/ })
})
