/**
 * The wizard's steps, in the documented order: product, terms of service, Login to TeleMessage, user mapping, review.
 * What a flag gives is not asked; where there is no terminal, every step must be given by flags.
 */
import {
  addConnector,
  CATALOGUE,
  type Connector,
  checkNewMapping,
  findProduct,
  getConnectorDefaults,
  importCustomMapping,
  type NewConnector,
  type Product,
  parseSchedule,
  probeSite,
} from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { readInput } from './files.ts'
import { passwordOf } from './password.ts'
import { ask, confirm, isInteractive, print, say } from './terminal.ts'

export type WizardFlags = {
  product?: string
  acceptTerms?: boolean
  site?: string
  zipFolder?: string
  username?: string
  passwordStdin?: boolean
  automaticMapping: boolean
  mapping?: string
  domains?: string
  region?: string
  schedule?: string
  name?: string
}

const SIGN_IN_TRIES = 3
const PROBE_PATIENCE = 60_000

/** Asks what the flags leave open, checks it against the site, and adds the connector. */
export async function runConnectorWizard(
  ground: Ground,
  actor: Actor,
  flags: WizardFlags,
): Promise<Connector> {
  const product = await chooseProduct(flags)
  const defaults = await getConnectorDefaults(ground, ground.database)
  const region = flags.region?.toUpperCase() ?? defaults.defaultRegion
  const schedule = flags.schedule === undefined ? defaults.schedule : parseSchedule(flags.schedule)
  await acceptTerms(product, flags)
  const signedIn = await signIn(ground, product, flags, defaults.itemSizeMax)
  const domains = await chooseDomains(flags, signedIn.domains)
  const automaticMapping = flags.automaticMapping && (await chooseAutomatic(flags))
  const mapping = await chooseMapping(flags)
  if (mapping) await checkNewMapping(ground, mapping, region)
  const wanted: NewConnector = {
    product: product.id,
    name: flags.name ?? product.name,
    ...signedIn.place,
    accountId: signedIn.accountId,
    automaticMapping,
    defaultRegion: region,
    domains,
    schedule,
  }
  await review(wanted, product, mapping !== null)
  const connector = await addConnector(ground, actor, wanted)
  if (mapping) await importCustomMapping(ground, actor, connector.connectorId, mapping)
  return connector
}

async function chooseProduct(flags: WizardFlags): Promise<Product> {
  if (flags.product !== undefined) return findProduct(flags.product)
  if (isInteractive())
    for (const each of CATALOGUE) say(`  ${each.id.padEnd(18)} ${each.name}: ${each.kinds.join(', ')}`)
  return findProduct(await ask('Product', { default: 'enterprise-number' }))
}

async function acceptTerms(product: Product, flags: WizardFlags): Promise<void> {
  if (flags.acceptTerms) return
  if (isInteractive()) {
    say(`Terms of service for ${product.name}:`)
    say(
      '  This connector collects the communications of the users registered at your TeleMessage account. You confirm',
    )
    say(
      '  that your organisation may archive them. Systems of third parties, TeleMessage among them, are outside this',
    )
    say('  archive’s commitments and do not become compliant (with FedRAMP, say) by being connected to it.')
    if (await confirm('Accept?')) return
  }
  throw new HoldfastError('TERMS_NOT_ACCEPTED', 'the terms of service were not accepted (--accept-terms)')
}

async function signIn(ground: Ground, product: Product, flags: WizardFlags, itemSizeMax: number) {
  const signal = () => AbortSignal.timeout(PROBE_PATIENCE)
  if (flags.zipFolder !== undefined) {
    const place = {
      sourceKind: 'zip' as const,
      location: flags.zipFolder,
      username: '',
      password: '',
      itemSizeMax,
    }
    const account = await probeSite(ground, place, product, signal())
    return { place, accountId: account.accountId, domains: [] }
  }
  const location = flags.site ?? (await ask('Site', { default: 'https://' }))
  for (let left = SIGN_IN_TRIES; ; left--) {
    const username = flags.username ?? (await ask('Username'))
    const password = await passwordOf(flags.passwordStdin === true)
    const place = { sourceKind: 'site' as const, location, username, password, itemSizeMax }
    try {
      const account = await probeSite(ground, place, product, signal())
      if (!account.networks.includes(product.network))
        throw new HoldfastError(
          'PRODUCT_NOT_IN_ACCOUNT',
          `the account has no ${product.name}; it has ${account.networks.join(', ') || 'no network at all'}`,
        )
      say(`Signed in as ${account.accountName}; ${account.users.length} registered users.`)
      const domains = [...new Set(account.users.flatMap(user => user.email.split('@')[1] ?? []))]
      return { place, accountId: account.accountId, domains }
    } catch (error) {
      const again =
        error instanceof HoldfastError && error.code === 'SITE_SIGN_IN_WRONG' && isInteractive() && left > 1
      if (!again) throw error
      say(`${error.message}. Try again.`)
    }
  }
}

async function chooseDomains(flags: WizardFlags, seen: readonly string[]): Promise<string[]> {
  const text =
    flags.domains ?? (isInteractive() ? await ask('Domains of ours', { default: seen.join(',') }) : '')
  return text
    .split(',')
    .map(each => each.trim().toLowerCase())
    .filter(Boolean)
}

/** Asked where neither this nor a CSV was settled by a flag. */
async function chooseAutomatic(flags: WizardFlags): Promise<boolean> {
  if (!isInteractive() || flags.mapping !== undefined) return true
  return confirm('Automatic user mapping, by the e-mail property of each user?')
}

async function chooseMapping(flags: WizardFlags): Promise<Buffer | null> {
  const file = flags.mapping ?? (isInteractive() ? await ask('Custom mapping CSV (empty for none)') : '')
  return file === '' ? null : readInput(file)
}

async function review(wanted: NewConnector, product: Product, hasMapping: boolean): Promise<void> {
  if (!isInteractive()) return
  print(`Product    ${product.name}, into the folder "${product.folder}"`)
  print(`Source     ${wanted.location}${wanted.username ? ` as ${wanted.username}` : ''}`)
  print(
    `Mapping    ${wanted.automaticMapping ? 'automatic' : 'CSV alone'}${hasMapping ? ', with a custom CSV' : ''}; domains ${wanted.domains.join(', ') || '-'}`,
  )
  if (!(await confirm('Finish?'))) throw new HoldfastError('USAGE', 'nothing was added')
}
