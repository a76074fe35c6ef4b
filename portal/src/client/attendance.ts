/**
 * Whether somebody is at the page. Pages ask for news by themselves; while nobody touches mouse, screen or keyboard,
 * they tell the server so, and the session ends after its idle time as if the page were closed.
 */
const UNATTENDED_AFTER_MS = 60_000

let touchedAt = Date.now()

for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const)
  window.addEventListener(
    name,
    () => {
      touchedAt = Date.now()
    },
    { capture: true, passive: true },
  )

export const isUnattended = (): boolean => Date.now() - touchedAt > UNATTENDED_AFTER_MS
