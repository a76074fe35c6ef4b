/** Settings: where the archive lies, its keys, and what this program is. Nothing secret is shown. */
import { z } from 'zod'
import { about, archivePlace, changeMasterKey, confirmMasterKeyCopied, keyState } from '../upkeep/upkeep.ts'
import { route } from './route.ts'
import { Time } from './schema.ts'

const SEE = ['Organization Configuration', 'View-Only Configuration'] as const
const CHANGE = ['Organization Configuration'] as const

const Place = z
  .object({
    dataFolder: z.string(),
    space: z
      .object({ free: z.number(), total: z.number() })
      .nullable()
      .describe('Bytes on the file system of the data folder.'),
    database: z.object({ kind: z.enum(['embedded', 'own']), version: z.string(), size: z.number() }),
    objects: z.object({
      kind: z.enum(['files', 'azure']),
      where: z.string(),
      count: z.number().int(),
      bytes: z.number(),
    }),
    items: z.number().int(),
    masterKeyFile: z.string(),
    checkpointFolder: z.string().nullable(),
    workers: z.number().int(),
    pageItems: z.number().int(),
    itemSizeMax: z.number().int(),
  })
  .meta({ id: 'ArchivePlace' })

const Keys = z
  .object({
    masterKeyId: z.string(),
    masterKeyFile: z.string(),
    copiedAt: Time.nullable().describe('When somebody said that the master key in force is copied.'),
    keys: z.array(z.object({ purpose: z.string(), version: z.number().int(), createdAt: Time })),
  })
  .meta({ id: 'KeyState' })

const AboutView = z
  .object({
    version: z.string(),
    licence: z.string(),
    node: z.string(),
    databaseVersion: z.string(),
    archiveId: z.string(),
    organisation: z.string(),
    demonstration: z.boolean(),
    createdAt: Time,
    logEpoch: z.number().int(),
    tokenizer: z.number().int(),
    unicode: z.string(),
    migrations: z.number().int(),
  })
  .meta({ id: 'About' })

export const settingRoutes = [
  route({
    method: 'get',
    path: '/settings/storage',
    id: 'getArchivePlace',
    tag: 'Settings',
    summary: 'Where the archive lies and how much room it takes',
    access: SEE,
    answer: Place,
    work: ({ ground }) => archivePlace(ground),
  }),
  route({
    method: 'get',
    path: '/settings/keys',
    id: 'getKeyState',
    tag: 'Settings',
    summary: "The archive's keys, by name and date; none is shown",
    access: SEE,
    answer: Keys,
    work: ({ ground }) => keyState(ground),
  }),
  route({
    method: 'post',
    path: '/settings/keys/rotate',
    id: 'changeMasterKey',
    tag: 'Settings',
    summary: 'Change the master key; the new one must then be copied',
    access: CHANGE,
    body: z
      .object({ masterKeyId: z.string().describe('The key in force, as the caller has seen it.') })
      .strict(),
    answer: z.object({ from: z.string(), to: z.string() }),
    callsMax: 5,
    work: ({ ground, actor, body }) => changeMasterKey(ground, actor, body.masterKeyId),
  }),
  route({
    method: 'post',
    path: '/settings/keys/copied',
    id: 'confirmMasterKeyCopied',
    tag: 'Settings',
    summary: 'Say that the master key in force is copied to a safe place',
    access: CHANGE,
    body: z.object({ masterKeyId: z.string().describe('The key that was copied.') }).strict(),
    work: ({ ground, actor, body }) =>
      confirmMasterKeyCopied(ground, actor, body.masterKeyId).then(() => undefined),
  }),
  route({
    method: 'get',
    path: '/settings/about',
    id: 'getAbout',
    tag: 'Settings',
    summary: 'Versions, licence, and which archive this is',
    access: 'signed-in',
    answer: AboutView,
    work: ({ ground }) => about(ground),
  }),
] as const
