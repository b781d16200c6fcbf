interface Document {
  readonly _id: string
}

/** Documents on a primary whose majority may lag behind it, so that a failover can take writes back. */
export function memoryMajority<T extends Document>() {
  const all = new Map<string, T>()
  const safe = new Map<string, T>()
  let ahead: Set<string> | undefined
  let waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []

  function end(settle: (each: (typeof waiting)[number]) => void): void {
    const done = waiting
    waiting = []
    ahead = undefined
    done.forEach(settle)
  }
  return {
    all,
    safe,
    lag() {
      ahead ??= new Set()
    },
    catchUp() {
      for (const id of ahead ?? []) safe.set(id, all.get(id)!)
      end(({ resolve }) => resolve())
    },
    failOver() {
      for (const id of ahead ?? []) {
        const kept = safe.get(id)
        if (kept) all.set(id, kept)
        else all.delete(id)
      }
      end(({ reject }) => reject(new Error('not primary any more: the outcome of the write is unknown')))
    },
    /** Writes at once; resolves with the document once a majority has it. */
    async put(document: T): Promise<T> {
      all.set(document._id, document)
      if (!ahead) {
        safe.set(document._id, document)
        return document
      }
      ahead.add(document._id)
      await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
      return document
    },
  }
}
