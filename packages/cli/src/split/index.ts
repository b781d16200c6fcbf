export type { Replica, ReplicaExit } from './replica.ts'
export { type ServiceName, serviceNames } from './service-names.ts'
export { type SplitShop, type SplitShopOptions, startSplitShop } from './start-split-shop.ts'
