/**
 * Gives memory back at once. Megabytes that wait for the collector, which sees little of what Buffers hold, would add
 * up to hundreds. Nothing may look at it any more; a slice of other memory is left alone.
 */
export function release(bytes: Buffer): void {
  const { buffer } = bytes
  if (buffer.byteLength === bytes.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0)
}
