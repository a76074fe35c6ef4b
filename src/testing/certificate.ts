/**
 * Self-signed certificates made on the spot, so that TLS is tested for real and no private key is in the repository.
 * X.509 version 3 (RFC 5280) with ECDSA P-256 in DER (X.690); just enough of it for Node to accept or refuse.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export type TestCertificate = { readonly certificate: string; readonly key: string }

/** A certificate for `host` (a DNS name) and, where given, an IPv4 address, valid from an hour ago to `validUntil`. */
export function makeCertificate(
  host: string,
  address: string | null,
  now: number,
  validUntil: number,
): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(0x30, oid('2a8648ce3d040302')) // ecdsa-with-SHA256
  const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(host))))) // CN
  const names = [der(0x82, Buffer.from(host))]
  if (address) names.push(der(0x87, Buffer.from(address.split('.').map(Number))))
  const extensions = der(
    0xa3,
    der(
      0x30,
      der(0x30, oid('551d11'), der(0x04, der(0x30, ...names))), // subjectAltName
      der(
        0x30,
        oid('551d13'),
        der(0x01, Buffer.from([0xff])),
        der(0x04, der(0x30, der(0x01, Buffer.from([0xff])))),
      ), // CA
    ),
  )
  const serial = randomBytes(8)
  serial[0] = (serial[0]! & 0x7f) | 0x01
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    der(0x30, time(now - 3_600_000), time(validUntil)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const pem = der(0x30, body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${pem.trim()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

/** GeneralizedTime. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
}
