import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvRecord } from './csv-line.ts'

test('no cell begins as a spreadsheet’s formula does, in any width', () => {
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', "'"])
    assert.match(csvRecord([`${sign}1+1`]), /^"?'/, JSON.stringify(sign))
  assert.equal(csvRecord(['a=1', 'say "no"', -1, null, true]), 'a=1,"say ""no""",-1,,true\r\n')
})
