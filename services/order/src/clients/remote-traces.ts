import { type Get, jaegerTraces, tempoTraces, type TraceSource } from '@toko/audit'
import type { HttpClient } from '@toko/http'
import { z } from 'zod'

const stores = { jaeger: jaegerTraces, tempo: tempoTraces } as const

/** A trace store over HTTP. @param client with room for large answers */
export function remoteTraces(kind: keyof typeof stores, client: HttpClient): TraceSource {
  const get: Get = async (path, { params, query }) => {
    const answer = { 200: z.unknown(), 404: null }
    const asked = { method: 'GET', path, answer, ...(params && { params }), ...(query && { query }) } as const
    return (await client.call(asked)).body ?? undefined
  }
  return stores[kind](get)
}
