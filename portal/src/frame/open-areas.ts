/** Which areas the person may open, by the roles of the session. */
import { AREAS, type Area } from '../areas.ts'
import { useSession } from '../client/session.ts'

export function useOpenAreas(): readonly Area[] {
  const { roles } = useSession()
  const held = new Set(roles.map(each => each.role))
  return AREAS.filter(area => area.roles.some(role => held.has(role)))
}
