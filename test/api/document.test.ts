/** The OpenAPI document, the page and the portal's client are made from the same routes, and agree. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CLIENT_PATH, clientText } from '../../portal/client-text.ts'
import { document } from '../../src/api/api.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'

test("the portal's client is the one that the routes give: npm run client writes it", () => {
  assert.ok(
    readFileSync(CLIENT_PATH, 'utf8') === clientText(),
    'portal/src/client/client.ts is not of these routes',
  )
})

test('every reference of the document leads to a schema, and every parameter of a path is described', () => {
  const { paths, components } = document()
  const text = JSON.stringify(document())
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(components.schemas[name!], `${name} is missing`)
  for (const [path, operations] of Object.entries(paths))
    for (const operation of Object.values(operations)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
      const described = operation.parameters.filter(each => each.in === 'path').map(each => each.name)
      assert.deepEqual(described.sort(), inPath.sort(), path)
      assert.ok(operation.summary.length > 5, path)
    }
})

test('the page lists every call without a script', async t => {
  const api = await testApi(t, await testArchive(t))
  const caller = await api.personWith([])
  const page = await caller.call('GET', '/api/reference')
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /<script/i)
  for (const path of Object.keys(document().paths)) assert.ok(page.text.includes(`/api${path}<`), path)
  const { openapi, paths } = (await caller.call('GET', '/api/openapi.json')).json()
  assert.equal(openapi, '3.1.0')
  assert.deepEqual(Object.keys(paths), Object.keys(document().paths))
})
