import { describe, expect, it } from 'vitest'
import { commonWords } from './common-passwords.ts'
import { passwordWeakness } from './password-rules.ts'

const weak = (password: string, email = 'siti.rahayu@example.id') => passwordWeakness(password, email) !== undefined

describe('passwordWeakness', () => {
  it('knows the usual words', () => {
    expect(new Set(commonWords).size).toBe(commonWords.length)
    expect(commonWords.length).toBeGreaterThanOrEqual(300)
  })

  it.each([
    'passwordpassword',
    'Password123456789',
    'P@ssw0rd!P@ssw0rd!',
    'qwertyuiop123456',
    'zyxwvutsrqponmlkji',
    'iloveyouiloveyou1',
    'letmeinletmein2024',
    '111111111111111',
    '123123123123123',
    'abcdefghijklmnop',
    'adminadminadmin12',
    'tokotokotokotoko1',
    'siti.rahayu12345',
    'rahasiasayang123',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaa1',
    '               ',
  ])('refuses %s', (password) => {
    expect(weak(password)).toBe(true)
  })

  it.each([
    'correct horse battery staple',
    'a long enough pass 0198c1c2',
    'kuda terbang di atas Merapi',
    'x9$Lq2vv!87Zpr0Kd',
    'Tr0ub4dor&3 and more',
    'この合言葉は誰も知らないはずです',
    '🦜🛒🍜🌋🎋🏝🐘🦎🦜🛒🍜🌋🎋🏝🐘',
  ])('takes %s', (password) => {
    expect(weak(password)).toBe(false)
  })

  it('stays fast on the longest and worst', () => {
    const startedAt = performance.now()
    for (const unit of ['a', 'ab', 'password', 'aaaaaaab', '0123456789', '\u0301'])
      weak(unit.repeat(400).slice(0, 400), `${'a'.repeat(64)}@${'b.'.repeat(90)}id`)
    expect(performance.now() - startedAt).toBeLessThan(100)
  })
})
