/** One line of Prometheus's text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const escapes: Readonly<Record<string, string>> = { n: '\n' }

/** Samples of a scrape; comments and lines that are none are left out. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((each) => {
    const [, name, labels = '', value] = line.exec(each) ?? []
    if (name === undefined || value === undefined) return []
    return [{ name, labels: Object.fromEntries(labelsOf(labels)), value: numberOf(value) }]
  })
}

const labelsOf = (text: string) =>
  Array.from(text.matchAll(label), ([, name, value]) => [
    name!,
    value!.replaceAll(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped),
  ])

const numberOf = (text: string): number =>
  text.endsWith('Inf') ? Number(text.replace('Inf', 'Infinity')) : Number(text)
