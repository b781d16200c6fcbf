import { type SeedCategory, single, variants } from './seed-product.ts'

const leaves = (base: string, rupiah: number, stock: number) =>
  variants(base, 'weight', [
    ['50 g', rupiah, stock],
    ['150 g', Math.round((rupiah * 2.6) / 1000) * 1000, Math.ceil(stock / 2)],
  ])

export const tea: SeedCategory = {
  slug: 'teh',
  name: 'Teh',
  description: 'Leaf tea from Java and Sumatra, and what goes into the pot beside it.',
  products: [
    {
      slug: 'teh-melati',
      title: 'Teh melati, jasmine green',
      description: 'Scented three nights with fresh jasmine from Tegal, the flowers sifted out again each morning.',
      tags: ['green', 'scented'],
      variants: leaves('TEH-MELATI', 42_000, 180),
    },
    {
      slug: 'teh-hitam-kayu-aro',
      title: 'Black tea from Kayu Aro',
      description: 'From one of the oldest and highest plantations of Sumatra: brisk, red in the cup, good with milk.',
      tags: ['black', 'single-origin'],
      variants: leaves('TEH-KAYUARO', 38_000, 200),
    },
    {
      slug: 'teh-oolong-halimun',
      title: 'Oolong Halimun',
      description:
        'Rolled oolong from the edge of the rain forest. Orchid and warm butter, seven infusions if you let it.',
      tags: ['oolong', 'single-origin'],
      variants: leaves('TEH-OOLONG', 78_000, 60),
    },
    {
      slug: 'teh-putih-gambung',
      title: 'White tea from Gambung',
      description: 'Only the buds, withered in the shade. Melon, hay and quiet; do not pour it boiling.',
      tags: ['white', 'rare'],
      variants: variants('TEH-PUTIH', 'weight', [['30 g', 96_000, 35]]),
    },
    {
      slug: 'wedang-uwuh',
      title: 'Wedang uwuh',
      description:
        'The "rubbish drink" of Imogiri: sappan wood, clove leaf, ginger and cinnamon. Ten pots, no caffeine.',
      tags: ['herbal', 'no-caffeine'],
      variants: single('TEH-UWUH', 35_000, 140),
    },
    {
      slug: 'teh-rosella',
      title: 'Rosella, whole calyces',
      description: 'Dried hibiscus from Kediri, sour and deep red. Hot with palm sugar, or cold overnight.',
      tags: ['herbal', 'no-caffeine'],
      variants: leaves('TEH-ROSELLA', 29_000, 110),
    },
    {
      slug: 'poci-tanah-liat',
      title: 'Clay pot for teh poci',
      description: 'Unglazed, with two cups. Never washed with soap in Tegal: the pot remembers every tea.',
      tags: ['pot', 'clay'],
      variants: single('TEH-POCI', 145_000, 24),
    },
  ],
}
