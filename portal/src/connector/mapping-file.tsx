/** A file in place of the custom mapping, in a panel. */
import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from 'react-router'
import { CustomMapping } from '../connectors/custom-mapping.tsx'
import { useTexts } from '../parts/language.ts'
import { SidePanel } from '../parts/side-panel.tsx'
import { showDone } from '../parts/toast.tsx'
import { lineTexts } from './mapping-texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

export function MappingFile() {
  const t = useTexts(lineTexts)
  const connector = useConnector()
  const { connectorId } = connector
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { search } = useLocation()
  const changed = () => void queries.invalidateQueries({ queryKey: connectorKey(connectorId) })
  return (
    <SidePanel title={t('fileTitle')} subtitle={t('fileText')} closeTo={`..${search}`} wide>
      <CustomMapping
        connectorId={connectorId}
        revision={connector.revision}
        lines={connector.mappingLines}
        onImported={imported => {
          showDone(t('imported', { count: imported.lines }))
          changed()
          void navigate(`..${search}`, { preventScrollReset: true })
        }}
        onStale={changed}
      />
    </SidePanel>
  )
}
