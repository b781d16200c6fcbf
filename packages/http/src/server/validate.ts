import type { z } from 'zod'
import { errors, type InputFault } from '@toko/contracts'

type Place = 'params' | 'query' | 'body'

/** Most faults that one answer lists: a hostile body must not make a large answer. */
const maxFaults = 20

const pointerOf = (place: Place, path: readonly PropertyKey[]) =>
  place === 'body' ? `/${path.map(String).join('/')}` : [place, ...path.map(String)].join('/')

function faultsOf(place: Place, issues: readonly z.core.$ZodIssue[]): InputFault[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.slice(0, maxFaults).map((key) => ({
          pointer: pointerOf(place, [...issue.path, key.slice(0, 64)]),
          code: 'unknown',
          detail: 'this key is not known here',
        }))
      : [{ pointer: pointerOf(place, issue.path), code: issue.code, detail: issue.message.slice(0, 300) }],
  )
}

/** Parses one part of a request. @throws validation with each fault's place; not-found for an id that can't exist */
export function validate<S extends z.ZodType>(place: Place, schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  if (place === 'params') throw errors.notFound()
  throw errors.validation({ errors: faultsOf(place, result.error.issues).slice(0, maxFaults) })
}
