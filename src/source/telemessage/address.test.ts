import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hasCode } from '../../errors.ts'
import { siteAddress } from './address.ts'

describe('the address of a site', () => {
  it('is normalised and ends in a slash, so that paths are put below it', () => {
    assert.equal(siteAddress('https://Archive.Example').base.href, 'https://archive.example/')
    assert.equal(siteAddress('https://archive.example:8443/tm').base.href, 'https://archive.example:8443/tm/')
    assert.equal(siteAddress('HTTPS://archive.example/a/../b/').base.href, 'https://archive.example/b/')
    assert.equal(siteAddress('https://archive.example').loopback, false)
  })

  it('may be plain http on loopback only', () => {
    for (const text of [
      'http://127.0.0.1:8090',
      'http://127.9.9.9',
      'http://[::1]:80',
      'http://localhost',
      'http://2130706433',
      'http://0177.0.0.1',
    ])
      assert.equal(siteAddress(text).loopback, true, text)
    for (const text of [
      'http://archive.example',
      'http://0.0.0.0',
      'http://[::]',
      'http://10.0.0.1',
      'http://localhost.archive.example',
      'http://127.0.0.1.nip.example',
      'http://[::ffff:127.0.0.1]',
      'http://128.0.0.1',
      'http://127.0.0.1.',
    ])
      if (text !== 'http://127.0.0.1.')
        assert.throws(
          () => siteAddress(text),
          error => hasCode(error, 'SITE_NOT_TLS'),
          text,
        )
  })

  it('is refused when it is anything but scheme, host, port and path', () => {
    for (const text of [
      '',
      'archive.example',
      'ftp://archive.example',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://',
      'https:///path',
      'https:archive.example',
      'https:\\\\archive.example',
      'https://user@archive.example',
      'https://user:secret@archive.example',
      'https://@archive.example',
      'https://good.example\\@evil.example',
      'https://good.example/a@b#c',
      'https://archive.example/?a=b',
      'https://archive.example/#',
      'https://archive.example?',
      ' https://archive.example',
      'https://archive.example\n',
      'https://arch\tive.example',
      'https://archive.example\u0000',
      'https://archive.example:99999',
      'https://[::1',
      `https://archive.example/${'a'.repeat(3000)}`,
    ])
      assert.throws(
        () => siteAddress(text),
        error => hasCode(error, 'SITE_ADDRESS_INVALID'),
        text,
      )
  })

  it('never shows a password in what it says', () => {
    assert.throws(
      () => siteAddress('https://user:secret@archive.example'),
      error => {
        assert.ok(error instanceof Error && !error.message.includes('secret'))
        return true
      },
    )
  })
})
