/**
 * Which network addresses a webhook may lead to, so that it is no way into a private network. Names are resolved by us,
 * every address they have is looked at, and the connection goes to the very address that was looked at.
 */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { HoldfastError } from '../errors.ts'

/** Never: this-network, link-local with the metadata services of clouds, multicast, reserved, broadcast. */
const NEVER = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
)

/** Only where the administrator allows it: RFC 1918, loopback, carriers' NAT, unique local addresses. */
const PRIVATE = listOf(
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
  ['fec0::', 10],
)

function listOf(...networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of networks)
    list.addSubnet(address, prefix, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  return list
}

/** The IPv4 address inside an IPv6 one: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056); null if there is none. */
function embedded(address: string): string | null {
  const groups = expand(address)
  const four = (at: number) =>
    [groups[at]! >> 8, groups[at]! & 255, groups[at + 1]! >> 8, groups[at + 1]! & 255].join('.')
  if (groups.slice(0, 5).every(group => group === 0) && [0, 0xffff].includes(groups[5]!) && groups[6]! > 0)
    return four(6)
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return four(6)
  if (groups[0] === 0x2002) return four(1)
  return null
}

function expand(address: string): number[] {
  const text = address
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
      [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map(each => each.toString(16)).join(':'),
    )
  const [head = '', tail] = text.split('::')
  const read = (part: string) => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)))
  const before = read(head)
  if (tail === undefined) return before
  const after = read(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** How an address is to be treated. What is no address is never taken. */
export function kindOfAddress(address: string): 'public' | 'private' | 'never' {
  const family = isIP(address)
  if (family === 0) return 'never'
  const inner = family === 6 ? embedded(address) : null
  if (inner !== null) return kindOfAddress(inner)
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (NEVER.check(address, type)) return 'never'
  return PRIVATE.check(address, type) ? 'private' : 'public'
}

/** The address to connect to. CHANNEL_ADDRESS_REFUSED if any address of the host may not be reached. */
export async function reachableAddress(
  host: string,
  allowPrivate: boolean,
): Promise<{ address: string; family: 4 | 6 }> {
  const bare = host.replace(/^\[|\]$/g, '')
  let found: { address: string; family: number }[]
  try {
    found = isIP(bare) ? [{ address: bare, family: isIP(bare) }] : await lookup(bare, { all: true })
  } catch (cause) {
    throw new HoldfastError('CHANNEL_FAILED', 'the name of the host leads to no address', { cause })
  }
  for (const { address } of found) {
    const kind = kindOfAddress(address)
    if (kind === 'never' || (kind === 'private' && !allowPrivate))
      throw new HoldfastError(
        'CHANNEL_ADDRESS_REFUSED',
        kind === 'never'
          ? 'the host leads to an address that no webhook may reach'
          : 'the host leads to a private address',
      )
  }
  const [first] = found
  if (!first) throw new HoldfastError('CHANNEL_FAILED', 'the name of the host leads to no address')
  return { address: first.address, family: first.family === 6 ? 6 : 4 }
}
