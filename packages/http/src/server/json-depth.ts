import { errors } from '@toko/contracts'

const maxDepth = 32
const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]')

/** Refuses deep nesting before it is parsed: recursive code further on would overflow its stack. */
export function refuseDeepJson(body: Buffer): void {
  let depth = 0
  let isInText = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (isInText) {
      if (byte === backslash) i++
      else if (byte === quote) isInText = false
    } else if (byte === quote) isInText = true
    else if (byte === openBrace || byte === openBracket) {
      if (++depth > maxDepth)
        throw errors.validation({
          errors: [{ pointer: '/', code: 'too-deep', detail: `nested deeper than ${maxDepth}` }],
        })
    } else if (byte === closeBrace || byte === closeBracket) depth--
  }
}
