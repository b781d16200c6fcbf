/** What a drawing depends on; equal input gives an equal picture on every replica. */
interface Subject {
  readonly title: string
  /** Slug of the first category, or empty. */
  readonly category: string
}

const size = 640

/** FNV-1a: small, even, the same everywhere. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

/** At most two letters or digits: nothing else of a title gets into the picture's large text. */
function initialsOf(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? []
  return words
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0)!).toUpperCase())
    .join('')
}

type Shapes = (random: () => number, ink: string) => string

/** One calm pattern per family; a category always gets the same one. */
const patterns: readonly Shapes[] = [
  function rings(random, ink) {
    const [x, y] = [120 + random() * 400, 120 + random() * 400]
    return Array.from({ length: 6 }, (_, i) => {
      const radius = 60 + i * 70
      return `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${radius}" fill="none" stroke="${ink}" stroke-width="18" opacity="0.16"/>`
    }).join('')
  },
  function hills(random, ink) {
    return [0.12, 0.18, 0.26]
      .map((opacity, i) => {
        const top = 330 + i * 80 + random() * 40
        const bend = top - 120 - random() * 60
        return `<path d="M0 ${top.toFixed(0)} Q 160 ${bend.toFixed(0)} 320 ${top.toFixed(0)} T 640 ${top.toFixed(0)} V640 H0 Z" fill="${ink}" opacity="${opacity}"/>`
      })
      .join('')
  },
  function tiles(random, ink) {
    return Array.from({ length: 16 }, (_, i) => {
      const [x, y] = [(i % 4) * 160, Math.floor(i / 4) * 160]
      const corner =
        random() < 0.5
          ? `M${x} ${y} h160 a160 160 0 0 1 -160 160 Z`
          : `M${x + 160} ${y + 160} h-160 a160 160 0 0 1 160 -160 Z`
      return `<path d="${corner}" fill="${ink}" opacity="${(0.06 + random() * 0.14).toFixed(2)}"/>`
    }).join('')
  },
  function leaves(random, ink) {
    return Array.from({ length: 7 }, (_, i) => {
      const angle = (i * 360) / 7 + random() * 20
      return `<path d="M320 320 C 380 220 420 140 320 40 C 220 140 260 220 320 320 Z" fill="${ink}" opacity="0.15" transform="rotate(${angle.toFixed(0)} 320 320)"/>`
    }).join('')
  },
  function bars(random, ink) {
    return Array.from({ length: 9 }, (_, i) => {
      const height = 120 + random() * 380
      return `<rect x="${i * 71 + 10}" y="${(640 - height).toFixed(0)}" width="50" height="${height.toFixed(0)}" rx="25" fill="${ink}" opacity="0.15"/>`
    }).join('')
  },
  function stones(random, ink) {
    return Array.from({ length: 8 }, () => {
      const [x, y] = [random() * size, random() * size]
      const [width, height] = [50 + random() * 90, 35 + random() * 60]
      return `<ellipse cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" rx="${width.toFixed(0)}" ry="${height.toFixed(0)}" fill="${ink}" opacity="0.14" transform="rotate(${(random() * 180).toFixed(0)} ${x.toFixed(0)} ${y.toFixed(0)})"/>`
    }).join('')
  },
]

/** A picture of a product as SVG: colours and pattern of its category, its initials on top. Holds no markup of anybody. */
export function drawImage({ title, category }: Subject): string {
  const family = hashOf(category)
  const random = randomFrom(hashOf(title))
  const hue = family % 360
  const turn = (hue + 20 + random() * 40).toFixed(0)
  const ink = `hsl(${hue} 60% 18%)`
  const pattern = patterns[family % patterns.length]!(random, ink)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="${escape(title)}">\
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue} 62% 88%)"/>\
<stop offset="1" stop-color="hsl(${turn} 58% 72%)"/></linearGradient></defs>\
<rect width="${size}" height="${size}" fill="url(#g)"/>${pattern}\
<text x="320" y="330" text-anchor="middle" dominant-baseline="middle" font-family="Georgia, 'Times New Roman', serif" \
font-size="190" fill="${ink}">${escape(initialsOf(title))}</text></svg>`
}
