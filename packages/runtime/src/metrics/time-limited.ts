/** A database that is away must not hold up the scrape of everything else. */
const limitMs = 1000

/** Asks once for all who wait at the same time, and rejects after 1 s. */
export function timeLimited<T>(read: () => Promise<T> | T): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () =>
    (underWay ??= withLimit(async () => read()).finally(() => {
      underWay = undefined
    }))
}

async function withLimit<T>(read: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no value within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([read(), limit])
  } finally {
    clearTimeout(timer)
  }
}
