/** How many numbers reached none of our people: the badge of the navigation. Zero where one may not know. */
export function useUnmappedCount(): number {
  return 0
}
