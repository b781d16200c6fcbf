/** The pid if such a process runs; 1 and our own are never meant. */
export function running(pid: number): number | undefined {
  if (!Number.isInteger(pid) || pid < 2 || pid === process.pid) return undefined
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}
