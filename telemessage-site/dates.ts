/** Times as e-mail and records write them; the day's part is kept, since neighbours in traffic share it. */

const DAY = 86_400_000
const TWO = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

let mailDay = Number.NaN
let mailDayText = ''
let recordDay = Number.NaN
let recordDayText = ''

function timeOfDay(second: number): string {
  const minute = Math.floor(second / 60)
  return `${TWO[Math.floor(minute / 60)]}:${TWO[minute % 60]}:${TWO[second % 60]}`
}

/** RFC 5322 section 3.3, in UTC. Years may have five digits. */
export function mailDate(time: number): string {
  const day = Math.floor(time / DAY)
  if (day !== mailDay) {
    mailDay = day
    mailDayText = new Date(day * DAY).toUTCString().slice(0, -12)
  }
  return `${mailDayText}${timeOfDay(Math.floor((time - day * DAY) / 1000))} +0000`
}

/** `yyyy-MM-dd'T'HH:mm:ss'Z'` as Java's formatter writes it: no sign before a year of five digits. */
export function recordTime(time: number): string {
  const day = Math.floor(time / DAY)
  if (day !== recordDay) {
    const text = new Date(day * DAY).toISOString().slice(0, -13)
    recordDay = day
    recordDayText = text.startsWith('+0') ? text.slice(2) : text
  }
  return `${recordDayText}${timeOfDay(Math.floor((time - day * DAY) / 1000))}Z`
}
