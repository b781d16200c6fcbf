import { expect, it } from 'vitest'
import { publicPorts } from './public-ports.ts'

it('are those of the single shop, shifted or chosen one by one', () => {
  expect(publicPorts({})).toEqual({
    services: {
      user: { port: 8001, adminPort: 9001 },
      product: { port: 8002, adminPort: 9002 },
      order: { port: 8003, adminPort: 9003 },
      payment: { port: 8004, adminPort: 9004 },
    },
    adminPort: 9010,
  })
  const { services, adminPort } = publicPorts({ ORDER_PORT: '18003', PRODUCT_ADMIN_PORT: '0' }, 100)
  expect(services.order).toEqual({ port: 18_003, adminPort: 9103 })
  expect(services.product).toEqual({ port: 8102, adminPort: 0 })
  expect(adminPort).toBe(9110)
})

it.each(['x', '-1', '65536', '1e3'])('are told when they are none: %s', (text) => {
  expect(() => publicPorts({ ORDER_PORT: text })).toThrow(`ORDER_PORT "${text}": expected a port from 0 to 65535`)
})
