/** The shape of a recording: the loudest moment of each of so many stretches, from 0 to 1. */
export async function peaksOf(bytes: ArrayBuffer, stretches: number): Promise<number[]> {
  // An offline context decodes without a device to play on.
  const context = new OfflineAudioContext(1, 1, 44_100)
  const sound = await context.decodeAudioData(bytes)
  const samples = sound.getChannelData(0)
  const length = Math.max(1, Math.floor(samples.length / stretches))
  const peaks = Array.from({ length: stretches }, (_, stretch) => {
    let peak = 0
    const end = Math.min(samples.length, (stretch + 1) * length)
    // Every eighth sample tells enough of speech.
    for (let at = stretch * length; at < end; at += 8) peak = Math.max(peak, Math.abs(samples[at]!))
    return peak
  })
  const loudest = Math.max(...peaks, 0.01)
  return peaks.map(peak => peak / loudest)
}
