/** A limit as it is being made: mailboxes with their names, and conditions of which some may not be finished. */
import type { MailboxName } from '../client/client.ts'

export type Condition = { readonly attribute: string; readonly values: readonly string[] }

export type Limit = {
  readonly mailboxes: readonly MailboxName[]
  readonly conditions: readonly Condition[]
}

/** The limit as the API takes it, without what is not finished. */
export const limitBody = (limit: Limit) => ({
  mailboxes: limit.mailboxes.map(mailbox => mailbox.mailboxId),
  conditions: limit.conditions
    .filter(({ attribute, values }) => attribute !== '' && values.length > 0)
    .map(({ attribute, values }) => ({ attribute, values: [...values] })),
})
