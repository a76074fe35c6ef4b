import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindOfAddress, reachableAddress } from './network-address.ts'

const cases = {
  public: ['93.184.215.14', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  private: [
    '10.0.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
    '2002:c0a8:101::1',
  ],
  never: [
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    'localhost',
    '',
    '2130706433',
  ],
} as const

for (const [kind, addresses] of Object.entries(cases))
  test(`these addresses are ${kind}`, () => {
    for (const address of addresses) assert.equal(kindOfAddress(address), kind, address)
  })

test('a name is refused for what it leads to, and the address that was looked at is the one used', async () => {
  await assert.rejects(reachableAddress('localhost', false), { code: 'CHANNEL_ADDRESS_REFUSED' })
  const found = await reachableAddress('localhost', true)
  assert.ok(['127.0.0.1', '::1'].includes(found.address))
  assert.deepEqual(await reachableAddress('[::1]', true), { address: '::1', family: 6 })
  await assert.rejects(reachableAddress('nowhere.invalid', true), { code: 'CHANNEL_FAILED' })
})
