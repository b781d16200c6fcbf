import { type SeedCategory, single, variants } from './seed-product.ts'

const flavours = (base: string, rupiah: number, names: readonly string[]) =>
  variants(
    base,
    'flavour',
    names.map((name) => [name, rupiah, 150] as const),
  )

export const snacks: SeedCategory = {
  slug: 'camilan',
  name: 'Camilan',
  description: 'What goes with the tea and the coffee, and what is gone before either is ready.',
  products: [
    {
      slug: 'keripik-tempe',
      title: 'Tempe crisps',
      description: 'Sliced as thin as paper in Malang and fried in rice batter with coriander.',
      tags: ['crisps', 'vegan'],
      variants: flavours('CAMILAN-TEMPE', 19_000, ['original', 'lime leaf', 'hot']),
    },
    {
      slug: 'keripik-singkong-balado',
      title: 'Cassava crisps balado',
      description:
        'From Padang, red with chilli and sticky with its sugar. The bag has no resealable strip; we measured.',
      tags: ['crisps', 'hot', 'vegan'],
      variants: single('CAMILAN-BALADO', 22_000, 220),
    },
    {
      slug: 'cokelat-ubud',
      title: 'Single-origin chocolate, Jembrana',
      description: 'Bali cacao and cane sugar, nothing else, stone-ground for three days.',
      tags: ['chocolate', 'single-origin', 'vegan'],
      variants: variants('CAMILAN-COKELAT', 'cacao', [
        ['65 %', 54_000, 90],
        ['75 %', 56_000, 90],
        ['85 %', 58_000, 45],
      ]),
    },
    {
      slug: 'dodol-garut',
      title: 'Dodol from Garut',
      description:
        'Sticky rice, coconut milk and palm sugar stirred for six hours. Individually wrapped, collectively eaten.',
      tags: ['sweet', 'vegan'],
      variants: flavours('CAMILAN-DODOL', 31_000, ['original', 'durian', 'soursop']),
    },
    {
      slug: 'kue-lapis-legit',
      title: 'Lapis legit, half loaf',
      description: 'Eighteen layers, thirty yolks, one afternoon. Keeps for ten days, in theory.',
      tags: ['cake', 'sweet'],
      variants: single('CAMILAN-LAPIS', 285_000, 18),
    },
    {
      slug: 'emping-melinjo',
      title: 'Emping, melinjo crackers',
      description:
        'Pounded nuts from Banten, slightly bitter, fried in seconds. Comes raw, with the instruction to look away never.',
      tags: ['crackers', 'vegan'],
      variants: single('CAMILAN-EMPING', 36_000, 100),
    },
    {
      slug: 'gula-aren-cair',
      title: 'Palm sugar syrup',
      description: 'From arenga palms tapped at dawn in Lebak. For es kopi, pancakes and straight from the spoon.',
      tags: ['sweet', 'vegan'],
      variants: single('CAMILAN-AREN', 47_000, 130),
    },
  ],
}
