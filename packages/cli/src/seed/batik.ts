import { type SeedCategory, single, variants } from './seed-product.ts'

const sizes = (base: string, rupiah: number) =>
  variants(base, 'size', [
    ['S', rupiah, 14],
    ['M', rupiah, 22],
    ['L', rupiah, 22],
    ['XL', rupiah, 10],
  ])

export const batik: SeedCategory = {
  slug: 'batik',
  name: 'Batik',
  description: 'Hand-stamped and hand-drawn cloth from workshops that we can name.',
  products: [
    {
      slug: 'kemeja-batik-parang',
      title: 'Shirt, parang motif',
      description:
        'Long sleeves, cotton, the diagonal knives of Yogyakarta in soga brown. Stamped by hand, cut for summer.',
      tags: ['shirt', 'cotton', 'stamped'],
      variants: sizes('BATIK-PARANG', 385_000),
    },
    {
      slug: 'kemeja-batik-mega-mendung',
      title: 'Shirt, mega mendung',
      description: 'The seven-layered clouds of Cirebon from pale to deep indigo, each layer a bath of its own.',
      tags: ['shirt', 'cotton', 'indigo'],
      variants: sizes('BATIK-MEGA', 420_000),
    },
    {
      slug: 'gaun-batik-kawung',
      title: 'Dress, kawung motif',
      description: 'Palm fruit in fours on soft rayon, with pockets that hold a phone.',
      tags: ['dress', 'rayon'],
      variants: sizes('BATIK-KAWUNG', 465_000),
    },
    {
      slug: 'kain-batik-tulis',
      title: 'Cloth, batik tulis truntum',
      description: 'Drawn with the canting over five weeks, both sides alike. 2.5 × 1.05 m, signed at the edge.',
      tags: ['cloth', 'hand-drawn', 'rare'],
      variants: single('BATIK-TRUNTUM', 2_850_000, 5),
    },
    {
      slug: 'selendang-lurik',
      title: 'Shawl, lurik weave',
      description: 'Striped cotton from the hand looms of Klaten. Not batik, but it would not stay away.',
      tags: ['shawl', 'woven'],
      variants: variants('BATIK-LURIK', 'colour', [
        ['indigo', 195_000, 20],
        ['soga', 195_000, 20],
        ['black', 195_000, 12],
      ]),
    },
    {
      slug: 'canting-set',
      title: 'Canting set for beginners',
      description: 'Three copper pens, a block of wax, a practice cloth and a sheet that tells what went wrong.',
      tags: ['tools'],
      variants: single('BATIK-CANTING', 125_000, 40),
    },
  ],
}
