import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROBLEM_WORDS, problemWords } from '../../portal/src/parts/problem-words.ts'
import { ERRORS } from '../../src/errors.ts'

test('the portal has words only for errors that exist', () => {
  const known = new Set(Object.keys(ERRORS)).add('UNREACHABLE')
  assert.deepEqual(
    Object.keys(PROBLEM_WORDS).filter(code => !known.has(code)),
    [],
  )
})

test('an error without words of its own is said as the archive says it', () => {
  const problem = { code: 'ZIP_REFUSED', title: 'Bad Request', detail: 'line 3 is wrong', hint: 'Mend it.' }
  assert.deepEqual(problemWords(problem, 'sv'), { title: 'Line 3 is wrong.', detail: null, hint: 'Mend it.' })
})

test('an error with words keeps what the archive says of this case', () => {
  const problem = {
    code: 'CONNECTOR_EXISTS',
    title: 'Conflict',
    detail: 'connector 7 is there',
    hint: 'Edit that one.',
  }
  assert.deepEqual(problemWords(problem, 'en'), {
    title: 'This account and product have a connector already',
    detail: 'Connector 7 is there.',
    hint: 'Edit that one.',
  })
})
