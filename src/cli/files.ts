/** Reads the files that are given to commands. */
import { readFile } from 'node:fs/promises'
import { HoldfastError } from '../errors.ts'

/** The bytes of a file; FILE_UNREADABLE says which. */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new HoldfastError('FILE_UNREADABLE', `${file} cannot be read`, { cause })
  }
}
