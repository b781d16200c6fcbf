/** Which service consumes from which queues, by the queues' labels: in the single shape several services share a bus. */
export function queueOwners() {
  const labels = new Map<string, Set<string>>()
  return {
    /** True when nobody had it until now. */
    add(service: string, label: string): boolean {
      const isNew = !labelsOf().includes(label)
      const own = labels.get(service) ?? new Set()
      labels.set(service, own.add(label))
      return isNew
    },
    labelsOf,
  }
  /** Of one service, or of all; each once. */
  function labelsOf(service?: string): readonly string[] {
    if (service !== undefined) return [...(labels.get(service) ?? [])]
    return [...new Set([...labels.values()].flatMap((own) => [...own]))]
  }
}
