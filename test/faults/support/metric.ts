/** Value of a metric on a service's admin port: of the first line that has all of `labels`; NaN when there is none. */
export async function readMetric(adminUrl: string, name: string, ...labels: readonly string[]): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  const line = text
    .split('\n')
    .find((each) => new RegExp(`^${name}[ {]`).test(each) && labels.every((label) => each.includes(label)))
  return Number(line?.replace(/ # .*/, '').split(' ').at(-1))
}
