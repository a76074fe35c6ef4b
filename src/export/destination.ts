/** The operator's storage for exports: a folder, or a container of an Azure storage account. */
import { HoldfastError } from '../errors.ts'
import { openAzureStorage, openFileStorage, type Storage } from '../storage/storage.ts'

const CONTAINER = 'holdfast-exports'

/** Opens what HOLDFAST_EXPORT_STORAGE names. EXPORT_INVALID where it names nothing. */
export function openExportStorage(setting: string | null): Storage {
  if (setting === null) throw new HoldfastError('EXPORT_INVALID', 'no storage for exports is set any more')
  if (!/(^|;)\s*(AccountName|BlobEndpoint|UseDevelopmentStorage)=/i.test(setting))
    return openFileStorage(setting)
  const parts = setting.split(';').filter(part => part.trim() !== '')
  const isContainer = (part: string) => /^\s*Container=/i.test(part)
  const container = parts.find(isContainer)?.split('=')[1]?.trim() || CONTAINER
  return openAzureStorage({ container, connectionString: parts.filter(part => !isContainer(part)).join(';') })
}
