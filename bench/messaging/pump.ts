/** Runs `count` operations with at most `inFlight` under way; resolves with operations per second. */
export async function pump(count: number, inFlight: number, operate: (n: number) => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) await operate(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return (count * 1000) / (performance.now() - startedMs)
}
