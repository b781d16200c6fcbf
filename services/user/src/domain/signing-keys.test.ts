import { describe, expect, it } from 'vitest'
import { nextKey, outdatedKeys, signingKeyAt } from './signing-keys.ts'

const limits = { keyRotateMs: 1000, keyLeadMs: 100, keyRetainMs: 50 }
const key = (sequence: number, signsFromMs: number) => ({ kid: `k${sequence}`, sequence, signsFromMs })

describe('signing keys', () => {
  it('begin with one that signs at once', () => {
    expect(nextKey([], 7, limits)).toEqual({ sequence: 1, signsFromMs: 7 })
  })

  it('get a successor when the newest is old, and only one', () => {
    expect(nextKey([key(1, 0)], 999, limits)).toBeUndefined()
    expect(nextKey([key(1, 0)], 1000, limits)).toEqual({ sequence: 2, signsFromMs: 1100 })
    expect(nextKey([key(1, 0), key(2, 1100)], 1050, limits)).toBeUndefined()
  })

  it('sign with the newest whose time has come', () => {
    const keys = [key(1, 0), key(2, 1100)]
    expect(signingKeyAt(keys, 1099)?.kid).toBe('k1')
    expect(signingKeyAt(keys, 1100)?.kid).toBe('k2')
    expect(signingKeyAt([], 1)).toBeUndefined()
  })

  it('are dropped only when their successor has signed for long enough', () => {
    const keys = [key(1, 0), key(2, 1100)]
    expect(outdatedKeys(keys, 1150, limits)).toEqual([])
    expect(outdatedKeys(keys, 1151, limits).map(({ kid }) => kid)).toEqual(['k1'])
    expect(outdatedKeys([key(2, 1100)], 1e9, limits)).toEqual([])
  })
})
