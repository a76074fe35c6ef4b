/**
 * Data connectors: the catalogue of products, the connectors that there are with their imports live, the page of a
 * product, and the wizard that adds a connector. The page of one connector is an area of its own, loaded below.
 */
import { lazy } from 'react'
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { DataConnectors } from './catalogue-page.tsx'
import { ConnectorList } from './connector-list.tsx'
import { Overview } from './overview.tsx'
import { ProductPage } from './product-page.tsx'

const Connector = lazy(async () => ({ default: (await import('../connector/connector.tsx')).Area }))
const Wizard = lazy(async () => ({ default: (await import('./wizard.tsx')).Wizard }))
const NewConnector = lazy(async () => ({ default: (await import('./wizard.tsx')).NewConnector }))
const OneConnector = lazy(async () => ({ default: (await import('../connector/connector.tsx')).Area }))

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<DataConnectors />}>
        <Route index element={<Overview />} />
        <Route path="connectors" element={<ConnectorList />} />
      </Route>
      <Route path="connectors/:connectorId/*" element={<OneConnector />} />
      <Route path="connectors/:connectorId/*" element={<Connector />} />
      <Route path="setup/:connectorId/:step" element={<Wizard />} />
      <Route path="setup/:connectorId" element={<Wizard />} />
      <Route path=":productId" element={<ProductPage />} />
      <Route path=":productId/add" element={<NewConnector />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
