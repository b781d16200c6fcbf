/** Ctrl-C and what else asks for the end, heard once: a terminal and npx may both hand it on. Aborted: it was asked for. */
export function onStopSignal(act: () => void): AbortSignal {
  const asked = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (asked.signal.aborted) return
      asked.abort()
      act()
    })
  return asked.signal
}
