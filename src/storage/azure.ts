/**
 * Objects as block blobs in one Azure Blob Storage container.
 *
 * `If-None-Match: *` on the request that makes the blob visible (Put Blob, Put Block List) keeps the promise that
 * nothing is overwritten. Content of unknown length is staged in blocks, a few in flight, and committed at the end;
 * blocks that are never committed are not visible and Azure drops them after a week. The client library repeats
 * failed requests by itself; a repeat whose first answer was lost meets its own blob, which is told from a stranger's
 * by comparing the bytes. Error texts of the library quote addresses, which can hold a signature, so only its status
 * and code are passed on.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import { HoldfastError, hasCode } from '../errors.ts'
import { blocksOf } from './blocks.ts'
import { checkName, checkPrefix } from './name.ts'
import type { Storage, StorageTier, StoredObject } from './storage.ts'

/** 50,000 blocks are the most a blob may have, so 4 MiB allow 195 GiB. */
const BLOCK_SIZE = 4 * 1024 * 1024
const BLOCKS_IN_FLIGHT = 2
const DOWNLOAD_RESUMES_MAX = 5
/** Azure's names of the online tiers; its Archive, which is offline, is never asked for. */
const TIERS = Object.freeze({ hot: 'Hot', cool: 'Cool', cold: 'Cold' } as const)
const NEW_ONLY = Object.freeze({ ifNoneMatch: '*' })

type AzureSettings = {
  /** Name of the container. Made if it is not there and the credential may. */
  readonly container: string
  /** Account key or shared access signature in Azure's own form… */
  readonly connectionString?: string
  /** …or the address of the account with a shared access signature as its query. */
  readonly url?: string
}

const statusOf = (error: unknown): number =>
  Number((error as { statusCode?: unknown } | null)?.statusCode ?? 0)
const codeOf = (error: unknown): string => {
  const { details, code, name } = (error ?? {}) as Record<string, unknown>
  return String(
    (details as { errorCode?: unknown } | undefined)?.errorCode ?? code ?? name ?? 'unknown reason',
  )
}

function failed(act: string, name: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  if (statusOf(error) === 404) return new HoldfastError('STORAGE_MISSING', `there is no object ${name}`)
  const status = statusOf(error)
  return new HoldfastError(
    'STORAGE_FAILED',
    `cannot ${act} ${name}: ${status || ''} ${codeOf(error)}`.trim(),
    {
      cause: error,
    },
  )
}

const isTaken = (error: unknown): boolean =>
  statusOf(error) === 409
    ? codeOf(error) === 'BlobAlreadyExists'
    : statusOf(error) === 412 && codeOf(error) !== 'LeaseIdMissing'

async function connect(settings: AzureSettings): Promise<ContainerClient> {
  // Loaded when first used: the library costs a third of a second, which an archive on files need not spend.
  const { BlobServiceClient } = await import('@azure/storage-blob')
  const options: StoragePipelineOptions = {
    retryOptions: { maxTries: 5, tryTimeoutInMs: 120_000, retryDelayInMs: 500, maxRetryDelayInMs: 20_000 },
  }
  let service: InstanceType<typeof BlobServiceClient>
  try {
    if (settings.connectionString)
      service = BlobServiceClient.fromConnectionString(settings.connectionString, options)
    else if (settings.url) service = new BlobServiceClient(settings.url, undefined, options)
    else throw new Error('neither')
  } catch {
    throw new HoldfastError('CONFIG_INVALID', 'the Azure storage needs a valid connection string or address')
  }
  const container = service.getContainerClient(settings.container)
  try {
    await container.createIfNotExists()
  } catch (error) {
    // A signature for one container may not create any; if it is not there, the first use says so.
    if (statusOf(error) !== 403) throw failed('open the container', settings.container, error)
  }
  return container
}

/** Opens a container as a storage. Nothing is sent before the first use. */
export function openAzureStorage(settings: AzureSettings): Storage {
  let connection: Promise<ContainerClient> | null = null
  const blob = async (name: string) => {
    checkName(name)
    return (await container()).getBlockBlobClient(name)
  }
  const container = (): Promise<ContainerClient> => {
    if (!connection) {
      connection = connect(settings)
      connection.catch(() => {
        connection = null
      })
    }
    return connection
  }

  const digestOf = async (name: string): Promise<string> => {
    const digest = createHash('sha256')
    for await (const piece of stream(name)) digest.update(piece)
    return digest.digest('hex')
  }

  /** Runs the request that makes the blob visible; a name that is taken by the same bytes is fine. */
  const publish = async (
    name: string,
    digest: () => string,
    request: () => Promise<unknown>,
  ): Promise<void> => {
    try {
      await request()
    } catch (error) {
      if (!isTaken(error)) throw failed('store', name, error)
      if ((await digestOf(name)) !== digest())
        throw new HoldfastError('STORAGE_EXISTS', `${name} holds other bytes`)
    }
  }

  const putBuffer = async (name: string, bytes: Buffer): Promise<number> => {
    const target = await blob(name)
    const digest = () => createHash('sha256').update(bytes).digest('hex')
    try {
      await publish(name, digest, () => target.upload(bytes, bytes.length, { conditions: NEW_ONLY }))
      return bytes.length
    } catch (error) {
      // Taken, yet not there: blocks of a put that broke off hold the name for a Put Blob, though not for a commit.
      if (!hasCode(error, 'STORAGE_MISSING')) throw error
      return putStream(name, Readable.from([bytes]))
    }
  }

  const putStream = async (name: string, content: AsyncIterable<Buffer>): Promise<number> => {
    const target = await blob(name)
    // Ids of one length, and another start for each put, so that two writers cannot mix their blocks.
    const prefix = randomBytes(12)
    const blockIds: string[] = []
    const inFlight = new Set<Promise<unknown>>()
    const digest = createHash('sha256')
    let bytes = 0
    try {
      for await (const block of blocksOf(content, BLOCK_SIZE)) {
        const number = Buffer.alloc(4)
        number.writeUInt32BE(blockIds.length)
        const id = Buffer.concat([prefix, number]).toString('base64')
        blockIds.push(id)
        digest.update(block)
        bytes += block.length
        const staged = target.stageBlock(id, block, block.length).catch(error => {
          throw failed('store', name, error)
        })
        // Kept until it is awaited below; a failure shows there, not as an unhandled rejection.
        staged.catch(() => {})
        inFlight.add(staged)
        if (inFlight.size >= BLOCKS_IN_FLIGHT) {
          const [oldest] = inFlight
          await oldest
          inFlight.delete(oldest!)
        }
      }
      await Promise.all(inFlight)
    } catch (error) {
      await Promise.allSettled(inFlight)
      throw error
    }
    const sum = digest.digest('hex')
    await publish(
      name,
      () => sum,
      () => target.commitBlockList(blockIds, { conditions: NEW_ONLY }),
    )
    return bytes
  }

  const put = (name: string, content: Buffer | AsyncIterable<Buffer>): Promise<number> =>
    Buffer.isBuffer(content) ? putBuffer(name, content) : putStream(name, content)

  async function* stream(name: string, offset = 0, length?: number): AsyncIterable<Buffer> {
    const source = await blob(name)
    if (length === 0) {
      // The library has no empty range.
      if ((await size(name)) === null) throw failed('read', name, { statusCode: 404 })
      return
    }
    try {
      const answer = await source.download(offset, length, { maxRetryRequests: DOWNLOAD_RESUMES_MAX })
      for await (const piece of answer.readableStreamBody ?? []) yield piece as Buffer
    } catch (error) {
      // Range Not Satisfiable: the object ends before `offset`.
      if (statusOf(error) !== 416) throw failed('read', name, error)
    }
  }

  const read = async (name: string, offset = 0, length?: number): Promise<Buffer> => {
    const pieces: Buffer[] = []
    for await (const piece of stream(name, offset, length)) pieces.push(piece)
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  const size = async (name: string): Promise<number | null> => {
    const source = await blob(name)
    try {
      return (await source.getProperties()).contentLength ?? null
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw failed('look at', name, error)
    }
  }

  const setTier = async (name: string, tier: StorageTier): Promise<void> => {
    const target = await blob(name)
    try {
      await target.setAccessTier(TIERS[tier])
    } catch (error) {
      throw failed('change the tier of', name, error)
    }
  }

  const tierOf = async (name: string): Promise<StorageTier | 'offline' | null> => {
    const source = await blob(name)
    try {
      const { accessTier } = await source.getProperties()
      if (accessTier === 'Archive') return 'offline'
      const tiers = Object.keys(TIERS) as StorageTier[]
      return tiers.find(tier => TIERS[tier] === accessTier) ?? null
    } catch (error) {
      throw failed('look at', name, error)
    }
  }

  const remove = async (name: string): Promise<void> => {
    const target = await blob(name)
    try {
      await target.deleteIfExists({ deleteSnapshots: 'include' })
    } catch (error) {
      if (statusOf(error) !== 404) throw failed('remove', name, error)
    }
  }

  async function* walk(prefix: string): AsyncIterable<StoredObject> {
    try {
      for await (const { name, properties } of (await container()).listBlobsFlat({ prefix }))
        yield { name, size: properties.contentLength ?? 0, changedAt: properties.lastModified }
    } catch (error) {
      throw failed('list', prefix || 'the storage', error)
    }
  }

  const list = (prefix: string): AsyncIterable<StoredObject> => {
    checkPrefix(prefix)
    return walk(prefix)
  }

  return Object.freeze({ put, read, stream, size, remove, list, hasTiers: true, setTier, tierOf })
}
