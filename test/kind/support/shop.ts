import { fileURLToPath } from 'node:url'
import { connect, type ServiceName, serviceNames, type ShopConnection } from '@toko/cli'
import { readFileSync } from 'node:fs'

/** Where make up keeps the accounts of this shop. */
const folder = fileURLToPath(new URL('../../../.toko/kind', import.meta.url))

/** k8s/kind.yaml: the same ports of this machine as everywhere. */
const ports: Readonly<Record<ServiceName, number>> = { user: 8001, product: 8002, order: 8003, payment: 8004 }
export const urls = Object.fromEntries(
  serviceNames.map((name) => [name, `http://127.0.0.1:${ports[name]}`]),
) as Readonly<Record<ServiceName, string>>
export const prometheusUrl = 'http://127.0.0.1:9090'
export const jaegerUrl = 'http://127.0.0.1:16686'

interface Account {
  readonly email: string
  readonly password: string
}

export interface KindShop {
  readonly urls: typeof urls
  readonly connection: ShopConnection
  readonly folder: string
  readonly customer: Account
  readonly staff: Account
}

/** The shop in the cluster, as its clients see it; its connection is to be closed. */
export function kindShop(): KindShop {
  const accounts = JSON.parse(readFileSync(`${folder}/accounts.json`, 'utf8')) as Pick<KindShop, 'customer' | 'staff'>
  const { user, product, order, payment } = urls
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  return { urls, connection, folder, ...accounts }
}
