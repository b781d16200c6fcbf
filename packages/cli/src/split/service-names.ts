/** The services of the shop. */
export const serviceNames = ['user', 'product', 'payment', 'order'] as const
export type ServiceName = (typeof serviceNames)[number]

/** Something for each service, made one after the other. */
export function forEachService<T>(make: (service: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(serviceNames.map((service) => [service, make(service)])) as Record<ServiceName, T>
}
