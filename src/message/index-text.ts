/** What of an item is to be found by its words: what people wrote and named, once, without wording of our own. */
import type { ItemFacts } from './item.ts'

export type IndexText = {
  readonly subject: string
  readonly body: string
  readonly groupName: string | null
  /** Names beyond those of the parties, whom search is told separately. */
  readonly names: readonly string[]
  readonly attachmentNames: readonly string[]
  /** What could be read inside the attachments. */
  readonly attachmentTexts: readonly string[]
}

/** The words of an item; `attachmentTexts` is what was read inside its attachments, [] before that is done. */
export function indexText(facts: ItemFacts, attachmentTexts: readonly string[]): IndexText {
  const previous = facts.amendment?.previousText ?? null
  const body =
    previous === null || previous === ''
      ? facts.text
      : facts.text === ''
        ? previous
        : `${facts.text}\n${previous}`
  const attachmentNames: string[] = []
  for (const { name } of facts.attachments) if (name !== '') attachmentNames.push(name)
  return {
    subject: facts.subject,
    body,
    groupName: facts.groupName,
    names: [],
    attachmentNames,
    attachmentTexts,
  }
}
