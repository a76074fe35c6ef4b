/**
 * JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): no white space, keys in the order of their UTF-16
 * units, numbers and strings as ECMAScript writes them. PostgreSQL's `jsonb` keeps neither the order of keys nor the
 * text of numbers, so whatever is hashed is brought to this form, before it is stored and again when it is checked.
 */
import { storableText } from '../database/database.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The canonical text of a value. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value as { readonly [key: string]: Json })
    // Comparing JavaScript strings compares their UTF-16 units, which is RFC 8785's order (section 3.2.3).
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/**
 * A value as `jsonb` will give it back: what JSON cannot say is dropped or null as JSON.stringify has it, big
 * integers are strings, and characters that PostgreSQL cannot store are replaced.
 */
export function plainJson(value: unknown): Json {
  const text = JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? String(member) : member))
  return text === undefined ? null : storable(JSON.parse(text) as Json)
}

function storable(value: Json): Json {
  if (typeof value === 'string') return storableText(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(storable)
  return Object.fromEntries(
    Object.entries(value as { readonly [key: string]: Json }).map(([key, member]) => [
      storableText(key),
      storable(member),
    ]),
  )
}
