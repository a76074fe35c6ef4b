/** The names of the vault's objects: `vault/<first two digits>/<128-bit id in hex>`, and the id as rows keep it. */

/** The object's name in storage, from its id as a UUID. */
export function vaultObjectName(objectId: string): string {
  const hex = objectId.replaceAll('-', '')
  return `vault/${hex.slice(0, 2)}/${hex}`
}

/** The 16 bytes of the id in an object's name. */
export function vaultObjectId(name: string): Buffer {
  return Buffer.from(name.slice(-32), 'hex')
}
