/**
 * The manifest (`.mf`) of a delivered archive (docs/formats/telemessage-zip.md): `Count:` and the name of every
 * e-mail. TeleMessage documents what is checked (the count matches, each name is there, none is empty), not the
 * exact lines; so a name is taken from a line of its own, from `Name: x`, or from the first field of a list.
 */

type Manifest = { readonly count: number | null; readonly names: readonly string[] }

/** Reads a manifest; `count` is null where it has no `Count:` line, or several that differ. */
export function readManifest(text: string): Manifest {
  const counts = new Set<number>()
  const names: string[] = []
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    const line = raw.trim()
    const count = /^Count\s*:\s*(\d{1,9})$/i.exec(line)
    if (count) counts.add(Number(count[1]))
    else {
      const name = nameIn(line)
      if (name !== null) names.push(name)
    }
  }
  return { count: counts.size === 1 ? [...counts][0]! : null, names }
}

function nameIn(line: string): string | null {
  const value = line.replace(/^(?:Name|File|FileName)\s*:\s*/i, '')
  for (const candidate of [value, value.split(/[\t,;|]/)[0]!]) {
    const name = candidate.trim().replace(/^"(.*)"$/, '$1')
    if (/\.eml$/i.test(name)) return name
  }
  return null
}
