/** Between 0.5 and 1.5, the same for the same id and attempt: replicas spread out and a simulation replays. */
function jitter(id: string, attempts: number): number {
  let hash = attempts + 1
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0
  return 0.5 + (Math.abs(hash) % 1000) / 1000
}

/** Pause before a sweeper's next look at a document, by one rule in every service: 1, 2, 4 … `maxBackoffMs`, ± 50 %. */
export function backoffMs(id: string, attempts: number, { maxBackoffMs }: { readonly maxBackoffMs: number }): number {
  return Math.min(maxBackoffMs, 1000 * 2 ** Math.min(attempts, 20)) * jitter(id, attempts)
}
