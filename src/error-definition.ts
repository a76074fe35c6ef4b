/** What an entry of the registry of errors says of an error. */

export type Definition = {
  readonly status: number
  readonly exit: number
  readonly retryable: boolean
  readonly hint: string
}

/** `status` of HTTP, `exit` of a command, whether a later try may help, and how to mend it. */
export const define = (status: number, exit: number, retryable: boolean, hint: string): Definition => ({
  status,
  exit,
  retryable,
  hint,
})
