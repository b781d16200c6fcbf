import { CallUnknownError, type ServiceClient } from '@toko/http'

/**
 * Reads over the first client, and what does not fit into one of its answers over the other: a message of the bus holds
 * 256 KiB. Only reads, since those may be done twice. Both stay the caller's parts.
 */
export function largeAnswersBy(other: ServiceClient, first: ServiceClient): ServiceClient {
  return {
    name: first.name,
    async call(call) {
      try {
        return await first.call(call)
      } catch (error) {
        if (call.method === 'GET' && error instanceof CallUnknownError && error.reason === 'too-large')
          return other.call(call)
        throw error
      }
    },
  }
}
