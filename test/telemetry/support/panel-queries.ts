import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** As packages/observability has them. */
interface PanelQuery {
  readonly where: string
  readonly expr: string
  readonly source: 'services' | 'broker' | 'mongodb' | 'collector' | 'prometheus' | 'kubelet'
  readonly emptyUnless?: string
}

const main = fileURLToPath(new URL('../../../packages/observability/src/main.ts', import.meta.url))

/** Every query of the dashboards whose series are of these sources, with Grafana's variables set to everything. */
export function panelQueries(sources: readonly PanelQuery['source'][]): PanelQuery[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--queries'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the dashboards' queries: ${stderr}`)
  return (JSON.parse(stdout) as PanelQuery[])
    .filter(({ source }) => sources.includes(source))
    .map((query) => ({ ...query, expr: withVariables(query.expr) }))
}

const withVariables = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '2m')
    .replaceAll('$__range', '10m')
    .replaceAll(/\$\{?(namespace|service)\}?/g, '.*')

/** Asks each; a line for each that is refused, or empty without a reason to be. */
export async function emptyPanels(
  queries: readonly PanelQuery[],
  ask: (expr: string) => Promise<readonly unknown[]>,
): Promise<string[]> {
  const lines: string[] = []
  for (const { where, expr, emptyUnless } of queries) {
    try {
      const found = await ask(expr)
      if (found.length === 0 && emptyUnless === undefined) lines.push(`${where} is empty: ${expr}`)
    } catch (error) {
      lines.push(`${where} is refused: ${(error as Error).message}`)
    }
  }
  return lines
}
