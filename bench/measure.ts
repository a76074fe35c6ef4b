/** What a process and its kin used, read from /proc: CPU seconds and peak memory. Linux only. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The kernel's clock ticks in a second; 100 on every Linux that Node runs on. */
const TICKS = 100

type ProcessStat = { readonly pid: number; readonly parent: number; readonly seconds: number }

function statOf(pid: number): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; the fields are counted after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / TICKS }
  } catch {
    return null
  }
}

/** The parent of a process; 0 if it is gone. */
export function parentOf(pid: number): number {
  return statOf(pid)?.parent ?? 0
}

/** The process and those it started. */
function family(pid: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => statOf(Number(name)) ?? [])
  return all.filter(each => each.pid === pid || each.parent === pid)
}

/** CPU seconds so far of the process and of those it started that still run. */
export function cpuSeconds(pid: number, withChildren: boolean): number {
  const counted = withChildren ? family(pid) : [statOf(pid)]
  return counted.reduce((all, each) => all + (each?.seconds ?? 0), 0)
}

/** The most memory each of these processes ever had resident, in MiB. */
export function peakMebibytes(pids: readonly number[]): number[] {
  return pids.flatMap(pid => {
    try {
      const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      return line ? [Math.round(Number(line[1]) / 1024)] : []
    } catch {
      return []
    }
  })
}

/** The processes started by `pid`. */
export function childrenOf(pid: number): number[] {
  return family(pid)
    .filter(each => each.pid !== pid)
    .map(each => each.pid)
}

/** Bytes of all files under a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size
  return bytes
}

/** The value that so many of a hundred are not above. */
export function percentile(values: readonly number[], hundredth: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((hundredth / 100) * sorted.length) - 1)] ?? 0
}

/** The command line of a process, its words ended by NUL; '' if it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
