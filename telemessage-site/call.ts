/** Calls: how they end, and what is kept of them. */
import type { Call, Item } from './item.ts'
import { makeRecording } from './media.ts'

/** A call that began when the item was sent; with a recording if that has any bytes. */
export function makeCall(item: Item, status: number, seconds: number, bytes: number): Call {
  return {
    id: `call${item.textSeed.toString(16).padStart(8, '0')}`,
    status,
    start: item.sent,
    end: item.sent + seconds * 1000,
    recording: bytes > 0 ? makeRecording(item.textSeed, bytes) : null,
  }
}

/** Shares of call statuses in a hundred calls. */
export function statusOf(draw: number): number {
  if (draw < 58) return 1
  if (draw < 73) return 2
  if (draw < 76) return 3
  if (draw < 83) return 4
  if (draw < 88) return 5
  if (draw < 94) return 6
  if (draw < 96) return 7
  return 8
}
