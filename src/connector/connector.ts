/**
 * Connectors: which account of which product is collected, by whose consent, how often, and with which mapping.
 * The twelve products are rows of the catalogue; a connector's password is sealed and never shown again; removing
 * a connector leaves what it imported where it is. Every change is an audit entry in the change's transaction.
 *
 * A connector begins as a draft, which remembers how far its setup has come and is never scheduled. Each change of
 * its settings is another revision, and a change can be bound to the revision that was seen.
 */
export { CATALOGUE, findProduct, type Product } from './catalogue.ts'
export { checkArchive, checkConnector, checkProduct, type Prerequisite } from './check.ts'
export type { NewConnector } from './connector-change.ts'
export {
  type Connector,
  type ConnectorStatus,
  getConnector,
  listConnectors,
  listDrafts,
  type SetupStep,
} from './connector-row.ts'
export {
  checkNewMapping,
  importCustomMapping,
  type TriedMapping,
  tryCustomMapping,
} from './custom-mapping.ts'
export { type ConnectorDefaults, getConnectorDefaults, setConnectorDefaults } from './defaults.ts'
export {
  activateDraft,
  type DraftSettings,
  discardDraft,
  editDraft,
  type SignedIn,
  type SignIn,
  signInDraft,
  startDraft,
} from './draft.ts'
export { formatSchedule, nextRunAfter, parseSchedule, type Schedule } from './schedule.ts'
export { checkAccount, openConnectorSource, probeSite, refreshUsers } from './source.ts'
export {
  addConnector,
  type ConnectorChange,
  editConnector,
  removeConnector,
  setConnectorStatus,
} from './stored-connector.ts'
export {
  type ConnectorUser,
  type ConnectorUsers,
  pageUsers,
  type UserFilter,
  type UserOrder,
} from './users.ts'
