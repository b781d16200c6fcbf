import type { Command } from 'commander'
import { Failure } from '../io/failure.ts'
import { whatIsMissing } from '../shop/order-story.ts'
import { shopCommand, type ShopOptions, withShop } from './shared.ts'

export function orderCommand(): Command {
  return shopCommand('order', 'tell the story of one order: status, history, messages, reservation, payments')
    .argument('<id>', 'id of the order: ord_…')
    .action((id: string, options: ShopOptions) =>
      withShop(options, async (shop, output) => {
        if (!/^ord_[0-9a-f]{32}$/.test(id))
          throw new Failure(`${id} is no order id: expected ord_ and 32 hexadecimal digits`)
        const { readOrderStory } = await import('../shop/read-order-story.ts')
        const { printOrderStory } = await import('../shop/print-order-story.ts')
        const story = await readOrderStory(shop, id)
        if (options.json) output.json({ ...story, missing: whatIsMissing(story) })
        else printOrderStory(output, story)
      }),
    )
}
