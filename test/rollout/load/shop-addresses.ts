import type { ServiceName } from '@toko/cli'

/** Base URL of each service, on 127.0.0.1. */
export type ShopAddresses = Readonly<Record<ServiceName, string>>
