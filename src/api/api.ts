/**
 * The REST API, which the portal and every other program use (OpenAPI 3.1, docs at /api/reference): Fastify over
 * routes that are values. Each area has a file that lists its routes; what a route does is done by the folder that
 * owns it, so that the command line does the same by the same call.
 *
 * Promises: nothing but sign-in and liveness is open; every route has a rule, checked before its body is read, and the
 * functions under it check again; errors are problems (RFC 9457) with a code, a hint and a reference that the log
 * knows, and quote no content; what an answer's schema does not name does not leave; everything has a limit.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import { accountRoutes } from './account.ts'
import { adaptiveScopeRoutes } from './adaptive-scope.ts'
import { alertRoutes } from './alert.ts'
import { auditRoutes } from './audit.ts'
import { catalogueRoutes } from './catalogue.ts'
import { clientText } from './client-writer.ts'
import { connectorRoutes } from './connector.ts'
import { customMappingRoutes } from './custom-mapping.ts'
import { directoryRoutes } from './directory.ts'
import { disposalRoutes } from './disposal.ts'
import { dispositionRoutes } from './disposition.ts'
import { erasureRoutes } from './erasure.ts'
import { explanationRoutes } from './explanation.ts'
import { exportRoutes } from './export.ts'
import { healthRoutes } from './health.ts'
import { holdRoutes } from './hold.ts'
import { homeRoutes } from './home.ts'
import { inPlaceArchiveRoutes } from './in-place-archive.ts'
import { itemRoutes } from './item.ts'
import { labelRoutes } from './label.ts'
import { labelRuleRoutes } from './label-rule.ts'
import { type ListeningApi, startListening } from './listen.ts'
import { mailboxRoutes } from './mailbox.ts'
import { mappingRoutes } from './mapping.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'
import { permissionRoutes } from './permissions.ts'
import { personRoutes } from './persons.ts'
import { progressRoutes } from './progress.ts'
import { queryRoutes } from './query.ts'
import { referencePageRoute } from './reference-page.ts'
import { retentionRoutes } from './retention.ts'
import { retentionEventRoutes } from './retention-event.ts'
import { type Route, route } from './route.ts'
import { runRoutes } from './run.ts'
import { savedSearchRoutes } from './saved-search.ts'
import { searchRoutes } from './search.ts'
import { sessionRoutes } from './session.ts'
import { settingRoutes } from './setting.ts'
import { signInSettingsRoutes } from './sign-in-settings.ts'
import { termReportRoutes } from './term-report.ts'
import { unmappedRoutes } from './unmapped.ts'
import { unreadRoutes } from './unread.ts'
import { wizardRoutes } from './wizard.ts'

export type { ListeningApi } from './listen.ts'
export type { Operation } from './openapi.ts'

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** Every route, in the order of the API page. */
export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...accountRoutes,
  ...permissionRoutes,
  ...personRoutes,
  ...signInSettingsRoutes,
  ...catalogueRoutes,
  ...progressRoutes,
  ...wizardRoutes,
  ...connectorRoutes,
  ...runRoutes,
  ...customMappingRoutes,
  ...mappingRoutes,
  ...unmappedRoutes,
  ...mailboxRoutes,
  ...itemRoutes,
  ...explanationRoutes,
  ...searchRoutes,
  ...unreadRoutes,
  ...savedSearchRoutes,
  ...termReportRoutes,
  ...queryRoutes,
  ...exportRoutes,
  ...holdRoutes,
  ...erasureRoutes,
  ...labelRoutes,
  ...labelRuleRoutes,
  ...retentionEventRoutes,
  ...retentionRoutes,
  ...adaptiveScopeRoutes,
  ...dispositionRoutes,
  ...disposalRoutes,
  ...inPlaceArchiveRoutes,
  ...directoryRoutes,
  ...homeRoutes,
  ...auditRoutes,
  ...alertRoutes,
  ...settingRoutes,
  ...healthRoutes,
  route({
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'API',
    summary: 'The OpenAPI 3.1 document of this API',
    access: 'signed-in',
    answer: z.record(z.string(), z.unknown()),
    work: async () => ({ ...document() }),
  }),
  referencePageRoute(document),
]

let made: OpenApiDocument | undefined

/** The OpenAPI document of all routes. */
export function document(): OpenApiDocument {
  made ??= openApiDocument(ROUTES, VERSION)
  return made
}

/** The portal's client, as `npm run client` writes it. */
export function portalClient(): string {
  return clientText(document())
}

/** Starts answering; LISTEN_REFUSED without TLS beyond this machine, LISTEN_TAKEN if the address is in use. */
export function listenApi(ground: Ground, queue: Queue): Promise<ListeningApi> {
  return startListening(ground, queue, ROUTES)
}
