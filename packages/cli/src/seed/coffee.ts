import { type SeedCategory, variants } from './seed-product.ts'

const beans = (base: string, rupiah: number, stock: number) =>
  variants(base, 'weight', [
    ['200 g', rupiah, stock],
    ['500 g', Math.round((rupiah * 2.3) / 1000) * 1000, Math.ceil(stock / 2)],
    ['1 kg', Math.round((rupiah * 4.3) / 1000) * 1000, Math.ceil(stock / 4)],
  ])

export const coffee: SeedCategory = {
  slug: 'kopi',
  name: 'Kopi',
  description: 'Beans from the islands, roasted to order and sent the day after.',
  products: [
    {
      slug: 'kopi-gayo',
      title: 'Kopi Gayo, washed',
      description:
        'Arabica from the Aceh highlands at 1,400 m. Cedar, brown sugar and a long clean finish; made for filter.',
      tags: ['arabica', 'filter', 'single-origin'],
      variants: beans('KOPI-GAYO', 92_000, 120),
    },
    {
      slug: 'kopi-toraja',
      title: 'Kopi Toraja Sapan',
      description: 'Wet-hulled arabica from small farms above Rantepao. Heavy body, dark chocolate, a little clove.',
      tags: ['arabica', 'single-origin'],
      variants: beans('KOPI-TORAJA', 98_000, 90),
    },
    {
      slug: 'kopi-kintamani',
      title: 'Kopi Kintamani, natural',
      description: 'Dried in the fruit between orange trees on Bali. Bright citrus and ripe berries, light roast.',
      tags: ['arabica', 'filter', 'natural'],
      variants: beans('KOPI-KINTAMANI', 105_000, 60),
    },
    {
      slug: 'kopi-flores-bajawa',
      title: 'Kopi Flores Bajawa',
      description:
        'Volcanic soil, slow ripening. Roasted nuts, caramel and a soft acidity that forgives every grinder.',
      tags: ['arabica', 'espresso'],
      variants: beans('KOPI-BAJAWA', 95_000, 80),
    },
    {
      slug: 'kopi-lampung-robusta',
      title: 'Robusta Lampung, fine',
      description: 'Hand-picked robusta for people who want their espresso to stand up. Cocoa and toasted bread.',
      tags: ['robusta', 'espresso'],
      variants: beans('KOPI-LAMPUNG', 58_000, 200),
    },
    {
      slug: 'kopi-tubruk-blend',
      title: 'House blend for kopi tubruk',
      description: 'Ground coarse for the glass: pour, stir, wait, talk. Half Java arabica, half Temanggung robusta.',
      tags: ['blend', 'ground'],
      variants: beans('KOPI-TUBRUK', 49_000, 250),
    },
    {
      slug: 'kopi-ijen-peaberry',
      title: 'Single-lot peaberry, Kebun Ijen',
      description:
        'Forty kilos a year, one round bean per cherry. We number the bags; when they are gone, they are gone.',
      tags: ['arabica', 'rare'],
      variants: variants('KOPI-IJEN', 'weight', [['100 g', 165_000, 10]]),
    },
  ],
}
