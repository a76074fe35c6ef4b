/**
 * Connectors: which account of which product is collected, by whose consent, how often, and with which mapping.
 * The twelve products are rows of the catalogue; a connector's password is sealed and never shown again; removing
 * a connector leaves what it imported where it is. Every change is an audit entry in the change's transaction.
 */
export { CATALOGUE, findProduct, type Product } from './catalogue.ts'
export { checkConnector, type Prerequisite } from './check.ts'
export {
  checkNewMapping,
  importCustomMapping,
  type TriedMapping,
  tryCustomMapping,
} from './custom-mapping.ts'
export { formatSchedule, nextRunAfter, parseSchedule, type Schedule } from './schedule.ts'
export { checkAccount, openConnectorSource, probeSite, refreshUsers } from './source.ts'
export {
  addConnector,
  type Connector,
  type ConnectorChange,
  type ConnectorStatus,
  editConnector,
  getConnector,
  listConnectors,
  type NewConnector,
  removeConnector,
  setConnectorStatus,
} from './stored-connector.ts'
