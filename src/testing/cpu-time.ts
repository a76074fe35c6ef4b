/** Processor time of this process in milliseconds: unlike the clock on the wall, it does not grow while others work. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
