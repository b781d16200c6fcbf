import { importsOf } from './imports.ts'
import { internalPackage, placeOf, targetOf, type Place } from './places.ts'
import { faultAt, type Fault, type SourceFile } from './source.ts'

/** STYLE.md "Who imports whom", by folder under packages/. Tests may also use the testkit. */
const packagesMayImport: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  runtime: [],
  http: ['contracts', 'runtime'],
  messaging: ['contracts', 'runtime'],
  rpc: ['contracts', 'runtime', 'http', 'messaging'],
  database: ['contracts', 'runtime'],
  telemetry: [],
  testkit: ['contracts', 'runtime', 'http', 'messaging', 'database'],
  audit: ['contracts'],
  observability: ['contracts', 'runtime'],
  cli: ['contracts', 'runtime', 'http', 'messaging', 'database', 'audit'],
}
const everyService = ['contracts', 'runtime', 'http', 'messaging', 'rpc', 'database']
const rootTools = [...everyService, 'testkit', 'audit', 'cli', 'all']
/** What single services need beside what all may import. */
const servicesMayImport: Readonly<Record<string, readonly string[]>> = { order: ['audit'] }

/** The simulator runs the services' own cores, which they do not export, with the stores that their suites prove. */
const isCoreForSimulator = (file: SourceFile, target: string): boolean =>
  file.path.startsWith('test/sim/') &&
  /^services\/[a-z]+\/(src\/(domain|features|store|clients|routes|ports\.ts|events\.ts)|test\/memory-)/.test(target)

function mayImport(from: Place, services: ReadonlySet<string>): readonly string[] {
  const own = [from.name]
  const testing = from.isTest ? ['testkit'] : []
  if (from.kind === 'package') return [...own, ...testing, ...(packagesMayImport[from.name] ?? [])]
  if (from.kind === 'root') return rootTools
  const further = from.name === 'all' ? services : (servicesMayImport[from.name] ?? [])
  return [...own, ...testing, ...everyService, ...further]
}

/**
 * Who may import whom between workspaces. `services` are the folder names under services/.
 * Relative paths must stay inside their workspace: a linked install stops undeclared names, but not `../../other`.
 */
export function importMatrixFaults(file: SourceFile, services: ReadonlySet<string>): Fault[] {
  const from = placeOf(file)
  const faults: Fault[] = []
  if (from.kind === 'package' && !packagesMayImport[from.name]) {
    faults.push({ path: file.path, line: 1, message: `packages/${from.name} has no row in the import matrix` })
  }
  const allowed = mayImport(from, services)
  for (const { specifier, start } of importsOf(file)) {
    const target = targetOf(file, specifier)
    if (target !== undefined) {
      const isInside =
        from.kind === 'root' ? !/^(packages|services|\.\.)(\/|$)/.test(target) : target.startsWith(`${from.folder}/`)
      if (!isInside && !isCoreForSimulator(file, target))
        faults.push(faultAt(file, { start }, `"${specifier}" leaves ${from.folder}`))
      continue
    }
    const internal = internalPackage(specifier)
    if (!internal) continue
    if (internal.isDeep)
      faults.push(faultAt(file, { start }, `"${specifier}" reaches into a package that exports only "."`))
    if (!allowed.includes(internal.name)) {
      faults.push(
        faultAt(file, { start }, `${from.folder === '.' ? from.name : from.folder} may not import "${specifier}"`),
      )
    }
  }
  return faults
}
