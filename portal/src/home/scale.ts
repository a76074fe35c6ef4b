/** A round top for an axis from zero, in steps that are read at a glance. */
export function niceTop(most: number, ticks: number): { readonly top: number; readonly step: number } {
  const raw = most / ticks
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 2.5, 5, 10].find(each => each * power >= raw) ?? 10
  // Things are counted whole.
  const step = Math.max(1, Math.ceil(factor * power))
  return { top: step * Math.max(1, Math.ceil(most / step)), step }
}
