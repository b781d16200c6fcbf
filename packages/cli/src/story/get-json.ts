import type { Get } from '@toko/audit'
import { Failure } from '../io/failure.ts'

const limitMs = 5000

/** GET of JSON from a program that is no service of the shop. @throws Failure that names it, and what to do */
export function getJson(name: string, baseUrl: string, advice: string): Get {
  return async (path, { params = {}, query = {} }) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(params[key] ?? ''))
    const url = new URL(`${baseUrl.replace(/\/$/, '')}${filled}`)
    url.search = new URLSearchParams(query).toString()
    const answer = await ask(url, name, baseUrl, advice)
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Failure(`${name} at ${baseUrl} answers ${answer.status}`)
    try {
      return await answer.json()
    } catch {
      throw new Failure(`${name} at ${baseUrl} does not answer with JSON`)
    }
  }
}

async function ask(url: URL, name: string, baseUrl: string, advice: string): Promise<Response> {
  try {
    return await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(limitMs) })
  } catch (error) {
    const isLate = (error as Error).name === 'TimeoutError'
    throw new Failure(`${name} at ${baseUrl} ${isLate ? 'does not answer' : 'is not reachable'}; ${advice}`)
  }
}
