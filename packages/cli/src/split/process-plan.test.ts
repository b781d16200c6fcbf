import { expect, it } from 'vitest'
import { planProcesses } from './process-plan.ts'
import { type ServiceName, serviceNames } from './service-names.ts'

const plan = (...split: ServiceName[]) =>
  planProcesses(split).map(({ name, services, folder }) => `${name} of services/${folder}: ${services.join(' ')}`)

it('gives each service that is split out a process, and all others one', () => {
  expect(plan(...serviceNames)).toEqual([
    'user of services/user: user',
    'product of services/product: product',
    'payment of services/payment: payment',
    'order of services/order: order',
  ])
  expect(plan('order', 'product')).toEqual([
    'product of services/product: product',
    'order of services/order: order',
    'rest of services/all: user payment',
  ])
  expect(plan()).toEqual(['rest of services/all: user product payment order'])
})

it('forgets no service and runs none twice, however they are divided', () => {
  for (let mask = 0; mask < 2 ** serviceNames.length; mask++) {
    const split = serviceNames.filter((_, bit) => mask & (1 << bit))
    const planned = planProcesses(split).flatMap(({ services }) => services)
    expect(planned.toSorted()).toEqual(serviceNames.toSorted())
  }
})
