import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hasCode } from '../errors.ts'
import { type Azurite, startAzurite } from '../testing/azurite.ts'
import { storageConformance } from '../testing/storage-conformance.ts'
import { openAzureStorage } from './storage.ts'

let azurite: Promise<Azurite> | undefined
const started = () => {
  azurite ??= startAzurite()
  return azurite
}
after(async () => {
  await (await azurite)?.stop()
})

storageConformance('Azure Blob Storage', async () =>
  openAzureStorage({ connectionString: (await started()).connectionString, container: 'conformance' }),
)

test('a container that exists is opened again with what it holds', async () => {
  const { connectionString } = await started()
  await openAzureStorage({ connectionString, container: 'again' }).put('kept/one', Buffer.from('kept'))
  const again = openAzureStorage({ connectionString, container: 'again' })
  assert.equal((await again.read('kept/one')).toString(), 'kept')
})

test('a wrong key is a failed storage, and the error quotes no address or signature', async () => {
  const { connectionString } = await started()
  const wrong = connectionString.replace(
    /AccountKey=[^;]+/,
    `AccountKey=${Buffer.alloc(64).toString('base64')}`,
  )
  const storage = openAzureStorage({ connectionString: wrong, container: 'conformance' })
  await assert.rejects(storage.read('any/name'), error => {
    assert.ok(hasCode(error, 'STORAGE_FAILED'))
    assert.doesNotMatch(error.message, /http|sig|Account/)
    return true
  })
})

test('settings that are no connection are a matter of configuration', async () => {
  const storage = openAzureStorage({ connectionString: 'nonsense', container: 'x' })
  await assert.rejects(storage.size('any/name'), error => hasCode(error, 'CONFIG_INVALID'))
  await assert.rejects(openAzureStorage({ container: 'x' }).size('any/name'), error =>
    hasCode(error, 'CONFIG_INVALID'),
  )
})
