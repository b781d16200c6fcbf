/** Asks an admin port whether its service can serve. */
export async function isReady(adminUrl: string, limitMs: number): Promise<boolean> {
  try {
    const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(limitMs) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
