import { type SeedCategory, single, variants } from './seed-product.ts'

export const spices: SeedCategory = {
  slug: 'bumbu',
  name: 'Bumbu',
  description: 'Whole spices and pastes, packed in the month they were harvested.',
  products: [
    {
      slug: 'pala-banda',
      title: 'Nutmeg from Banda, in the shell',
      description: 'Wars were fought over these. Crack the shell just before you grate; a bag holds about twenty.',
      tags: ['whole', 'single-origin'],
      variants: variants('BUMBU-PALA', 'weight', [
        ['100 g', 48_000, 90],
        ['250 g', 108_000, 40],
      ]),
    },
    {
      slug: 'cengkih-ternate',
      title: 'Cloves from Ternate',
      description: 'Picked closed, dried on mats, oily between the fingers. For rice, stews and oranges at the window.',
      tags: ['whole', 'single-origin'],
      variants: single('BUMBU-CENGKIH', 39_000, 120),
    },
    {
      slug: 'kayu-manis-kerinci',
      title: 'Cinnamon from Kerinci',
      description: 'Thick-barked cassia, forty-centimetre quills from the slopes of the volcano.',
      tags: ['whole'],
      variants: single('BUMBU-KAYUMANIS', 27_000, 160),
    },
    {
      slug: 'vanili-papua',
      title: 'Vanilla from Papua, grade A',
      description: 'Eight pods of 16 cm or more, cured for four months, in a glass tube.',
      tags: ['whole', 'rare'],
      variants: single('BUMBU-VANILI', 185_000, 28),
    },
    {
      slug: 'lada-lampung',
      title: 'Black pepper from Lampung',
      description: 'Sharp first, then warm and woody. Bold corns, sifted to 5 mm.',
      tags: ['whole'],
      variants: variants('BUMBU-LADA', 'weight', [
        ['100 g', 24_000, 200],
        ['500 g', 99_000, 60],
      ]),
    },
    {
      slug: 'bumbu-rendang',
      title: 'Rendang paste',
      description: 'Chilli, galangal, turmeric leaf and patience: add a kilo of beef, coconut milk and four hours.',
      tags: ['paste', 'hot'],
      variants: single('BUMBU-RENDANG', 32_000, 150),
    },
    {
      slug: 'sambal-roa',
      title: 'Sambal roa from Manado',
      description: 'Smoked garfish and bird-eye chilli. A teaspoon is a portion, a tablespoon is a bet.',
      tags: ['sambal', 'hot'],
      variants: single('BUMBU-ROA', 45_000, 85),
    },
  ],
}
