import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions } from '@node-rs/argon2'
import {
  checkPassword,
  checkUnused,
  generatePassword,
  hashPassword,
  isOutdated,
  verifyPassword,
} from './password.ts'

const weak = { code: 'PASSWORD_WEAK' }

test('a password is hashed with Argon2id and the parameters of OWASP', async () => {
  const hash = await hashPassword('a heron stands still')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(parseOptions(hash).saltLen, 16)
  assert.ok(await verifyPassword(hash, 'a heron stands still'))
  assert.ok(!(await verifyPassword(hash, 'a heron stands Still')))
  assert.ok(!isOutdated(hash))
  assert.ok(isOutdated(hash.replace('m=19456', 'm=9216')))
})

test('the same password from another keyboard is the same', async () => {
  const hash = await hashPassword('cafe\u0301 \uff34okyo harbour')
  assert.ok(await verifyPassword(hash, 'caf\u00e9 Tokyo harbour'))
})

test('nobody has the password of nobody', async () => {
  assert.equal(await verifyPassword(null, 'a heron stands still'), false)
  assert.equal(await verifyPassword(null, ''), false)
  assert.equal(await verifyPassword(await hashPassword('x'.repeat(256)), 'x'.repeat(257)), false)
})

test('a password is long, is not the name, and is not what many people have', () => {
  for (const password of [
    'short',
    'elevenchars',
    'x'.repeat(257),
    'anna@northwind.example',
    'Password1234',
    'PASSWORD!!!!!!',
    'aaaaaaaaaaaaaa',
    'abcabcabcabc',
    '123456789012',
    'qwertyuiopas',
    'Holdfast2026!!',
    'correct horse battery staple',
  ])
    assert.throws(() => checkPassword(password, 'anna@northwind.example'), weak, password)
  for (const password of [
    'a heron stands still',
    'Ölandstok på glid',
    'correct heron battery',
    '長い長いパスワードです。よ',
  ])
    assert.doesNotThrow(() => checkPassword(password, 'anna@northwind.example'), password)
})

test('a password is not one of those before it', async () => {
  const before = await hashPassword('a heron stands still')
  await assert.rejects(checkUnused('a heron stands still', [null, before]), weak)
  await checkUnused('a heron flies away', [before, null])
})

test('a generated password can be read out, passes the rules, and never comes twice', () => {
  const made = new Set(Array.from({ length: 1000 }, generatePassword))
  assert.equal(made.size, 1000)
  for (const password of made) {
    assert.match(password, /^([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](-|$)){5}$/)
    checkPassword(password, 'administrator')
  }
})
