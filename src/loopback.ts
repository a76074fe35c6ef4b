/** Which host names are this machine's own loopback, where nothing passes over a network. */
import { isIPv4 } from 'node:net'

/** 127.0.0.0/8, ::1 and localhost; of a host as the URL standard normalises it. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]' || hostname === '::1') return true
  return isIPv4(hostname) && hostname.startsWith('127.')
}
