/**
 * What the reading process gives up, beyond what Node's permission model takes from it (no writing, no reading but of
 * the program itself, no child processes, no addons): modules that reach the network or other processes, and a voice.
 * For its effect; nothing of a library is loaded before it.
 */
import { registerHooks } from 'node:module'

const REFUSED =
  /^(node:)?(net|http|https|http2|dgram|tls|dns|child_process|cluster|inspector|repl|sqlite|quic|wasi)(\/|$)/

export function confine(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      if (REFUSED.test(specifier)) throw new Error('refused')
      return next(specifier, context)
    },
  })
  process.getBuiltinModule = () => undefined as never
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'navigator'])
    Reflect.deleteProperty(globalThis, name)
  // Libraries that complain would quote what they read.
  for (const name of ['log', 'warn', 'error', 'info', 'debug', 'trace'] as const) console[name] = () => {}
}
