import { expect, it } from 'vitest'
import { renderMail } from './mail-texts.ts'

it('puts the token behind # of a link to the configured shop', () => {
  const { link, text } = renderMail('verify-email', {}, 'TOKEN', 'https://shop.test/')
  expect(link).toBe('https://shop.test/verify-email#token=TOKEN')
  expect(text).toContain(link)
})

it('has no link without a token, and names the order in the subject', () => {
  expect(renderMail('account-exists', {}, 'TOKEN', 'https://shop.test').link).toBeNull()
  const mail = renderMail('order-confirmed', { number: 'AB12', total: 'IDR 1.00' }, undefined, 'https://shop.test')
  expect(mail).toMatchObject({ subject: 'Your order is confirmed: AB12', link: null })
})
