import type { ServiceName } from '@toko/cli'
import type { Patch } from '../../mutants/mutant.ts'

/**
 * What a next release of two services would add, each optional: a member of the order in its document, its answers and its
 * events, with an index; and a member of a reserved line in the reservation's document, in the answer to the order service
 * and in its message. Whoever runs the release before must live with all of it.
 */
const patches = {
  order: [
    {
      file: 'packages/contracts/src/order.ts',
      find: "    userId: idSchema('usr'),\n    cartId: CartId,\n    status: OrderStatus,\n",
      replace:
        "    userId: idSchema('usr'),\n    cartId: CartId,\n    channel: z.string().optional(),\n    status: OrderStatus,\n",
    },
    {
      file: 'packages/contracts/src/order-events.ts',
      find: '  number: z.string(),\n',
      replace: '  number: z.string(),\n  channel: z.string().optional(),\n',
    },
    {
      file: 'services/order/src/domain/order.ts',
      find: '  readonly cartId: string\n',
      replace: '  readonly cartId: string\n  readonly channel?: string\n',
    },
    {
      file: 'services/order/src/domain/place.ts',
      find: '    totalMinor: 0,\n',
      replace: "    totalMinor: 0,\n    channel: 'web',\n",
    },
    {
      file: 'services/order/src/domain/events-of.ts',
      find: '    number: order.number,\n',
      replace: '    number: order.number,\n    ...(order.channel ? { channel: order.channel } : {}),\n',
    },
    {
      file: 'services/order/src/features/view-order.ts',
      find: '    cartId: order.cartId,\n',
      replace: '    cartId: order.cartId,\n    ...(order.channel ? { channel: order.channel } : {}),\n',
    },
    {
      file: 'services/order/src/store/models.ts',
      find: '    cartId: { type: String, required },\n    currency: { type: String, required },\n    request',
      replace:
        '    cartId: { type: String, required },\n    channel: String,\n    currency: { type: String, required },\n    request',
    },
    {
      file: 'services/order/src/store/models.ts',
      find: "orderSchema.index({ status: 1, _id: -1 }, { name: 'by_status' })\n",
      replace:
        "orderSchema.index({ status: 1, _id: -1 }, { name: 'by_status' })\norderSchema.index({ channel: 1, _id: -1 }, { name: 'by_channel' })\n",
    },
  ],
  product: [
    {
      file: 'packages/contracts/src/reservation.ts',
      find: '  image: z.string().nullable(),\n',
      replace: '  image: z.string().nullable(),\n  unit: z.string().optional(),\n',
    },
    {
      file: 'services/product/src/features/continue-reserving.ts',
      find: 'options: { ...options }, image }]',
      replace: "options: { ...options }, image, unit: 'piece' }]",
    },
  ],
} as const satisfies Partial<Record<ServiceName, readonly Patch[]>>

export const changedServices = Object.keys(patches) as readonly (keyof typeof patches)[]
export const patchesOf = (service: keyof typeof patches): readonly Patch[] => patches[service]
