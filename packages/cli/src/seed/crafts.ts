import { type SeedCategory, single, variants } from './seed-product.ts'

export const crafts: SeedCategory = {
  slug: 'kerajinan',
  name: 'Kerajinan',
  description: 'Things made slowly from rattan, wood, brass and clay.',
  products: [
    {
      slug: 'tas-rotan-bundar',
      title: 'Round rattan bag',
      description: 'Woven from ata grass in Tenganan and smoked over coconut husk until it is golden and smells of it.',
      tags: ['bag', 'rattan'],
      variants: variants('KRIYA-ROTAN', 'diameter', [
        ['18 cm', 275_000, 25],
        ['22 cm', 320_000, 18],
      ]),
    },
    {
      slug: 'keranjang-pandan',
      title: 'Pandan baskets, set of three',
      description: 'They fit into each other when empty and never do again once you own them.',
      tags: ['basket', 'pandan'],
      variants: single('KRIYA-PANDAN', 230_000, 30),
    },
    {
      slug: 'cobek-batu',
      title: 'Cobek, lava stone mortar',
      description: 'From Muntilan at the foot of Merapi, 22 cm, with its pestle. Grind rice in it first, twice.',
      tags: ['kitchen', 'stone'],
      variants: single('KRIYA-COBEK', 165_000, 35),
    },
    {
      slug: 'talenan-jati',
      title: 'Chopping board, reclaimed teak',
      description: 'Once the floor of a house in Kudus. Oiled with tung, two nail holes left where they were.',
      tags: ['kitchen', 'wood'],
      variants: single('KRIYA-TALENAN', 210_000, 40),
    },
    {
      slug: 'wayang-kulit-mini',
      title: 'Wayang kulit, small Arjuna',
      description: 'Cut and painted buffalo hide on horn rods, 25 cm. He moves both arms and keeps his temper.',
      tags: ['puppet', 'leather'],
      variants: single('KRIYA-ARJUNA', 340_000, 12),
    },
    {
      slug: 'angklung-satu-oktaf',
      title: 'Angklung, one octave',
      description: 'Eight notes of black bamboo on a stand from Bandung. Tuned to concert pitch in the dry season.',
      tags: ['music', 'bamboo'],
      variants: single('KRIYA-ANGKLUNG', 490_000, 15),
    },
  ],
}
