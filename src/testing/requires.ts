/**
 * What a test needs of the machine. Where it is absent the test is skipped with one line that says so; under
 * HOLDFAST_NO_SKIP=1, as in continuous integration, a skip is a failure.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'

/** The path of a program, null (and the test skipped) if none of these is installed or runs. */
export function requireProgram(
  context: TestContext,
  ...names: readonly [string, ...string[]]
): string | null {
  const path = findProgram(...names)
  if (path === null) skip(context, `${names[0]} is not installed`)
  return path
}

/** The path of the first of these programs that is installed and runs, null if there is none. */
export function findProgram(...names: readonly string[]): string | null {
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')) {
      const path = join(folder, name)
      if (folder !== '' && existsSync(path) && spawnSync(path, ['--version']).error === undefined) return path
    }
  return null
}

/** A folder of the public test data, null (and the test skipped) where it is absent. */
export function requireCorpus(context: TestContext, folder: string): string | null {
  const path = resolve(process.env.HOLDFAST_CORPUS ?? '../shared/data', folder)
  if (existsSync(path)) return path
  skip(context, `the test data ${folder} is not there`)
  return null
}

function skip(context: TestContext, reason: string): void {
  assert.notEqual(process.env.HOLDFAST_NO_SKIP, '1', `${reason}, and HOLDFAST_NO_SKIP forbids to skip`)
  context.skip(reason)
}
