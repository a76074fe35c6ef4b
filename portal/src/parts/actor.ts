/** `person:anna/token-3`, as audit entries name who acts, as a person reads it: `anna`. */
export function actorName(actor: string): string {
  return actor.replace(/^person:/, '').replace(/\/token-\d+$/, '')
}
