/** The mailboxes that somebody may place holds on, to choose from. */
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { type ChoicePage, listChoices } from '../mailbox/mailbox.ts'
import { holdScope } from './stored-hold.ts'

/** Within the actor's scope; recorded. */
export const listHoldable = (ground: Ground, actor: Actor, page: ChoicePage) =>
  listChoices(ground, actor, holdScope(actor), page)
