import type { PublicPorts } from '../split/ports.ts'

/** Of the shop on this machine, unless variables or an offset say otherwise. */
export const defaultPorts: PublicPorts = {
  services: {
    user: { port: 8001, adminPort: 9001 },
    product: { port: 8002, adminPort: 9002 },
    order: { port: 8003, adminPort: 9003 },
    payment: { port: 8004, adminPort: 9004 },
  },
  adminPort: 9010,
}
