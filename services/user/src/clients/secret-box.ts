import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { SecretBox } from '../ports.ts'

const [ivBytes, tagBytes] = [12, 16]

const keyFrom = (material: string, info: string) =>
  Buffer.from(hkdfSync('sha256', material, '', `toko-user:${info}`, 32))

/** AES-256-GCM and HMAC-SHA-256 with keys derived from one secret, a key of its own for each use. */
export function secretBox(secret: string): SecretBox {
  const [sealingKey, macKey] = [keyFrom(secret, 'seal'), keyFrom(secret, 'mac')]
  const keyOf = (under: string | undefined) => (under === undefined ? sealingKey : keyFrom(under, 'seal-under'))
  return {
    seal(text, under) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', keyOf(under), iv)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(sealed, under) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', keyOf(under), bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
    },
    mac: (scope, value) => createHmac('sha256', macKey).update(`${scope}\n${value}`).digest('base64url'),
  }
}
