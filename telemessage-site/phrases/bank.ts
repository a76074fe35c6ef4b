/**
 * The form of a phrase bank: what people of one language write. Slots in braces are filled at random: {name} the
 * other party's first name, {goods} {day} {place} from this bank, and {ref} {box} {n} {time} {vessel} {price} {tons}
 * which are the same in every language.
 */
export type Bank = {
  readonly greetings: readonly string[]
  readonly lines: readonly string[]
  readonly replies: readonly string[]
  readonly closings: readonly string[]
  /** What a supervisor would want to see: seldom said. */
  readonly sensitive: readonly string[]
  readonly goods: readonly string[]
  readonly days: readonly string[]
  readonly places: readonly string[]
  readonly groups: readonly string[]
}
