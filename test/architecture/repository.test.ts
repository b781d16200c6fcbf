import { describe, expect, it } from 'vitest'
import { cyclesIn, importGraph } from './rules/cycles.ts'
import { importMatrixFaults } from './rules/import-matrix.ts'
import { layerFaults } from './rules/layers.ts'
import { libraryGlobalFaults } from './rules/library-globals.ts'
import { manifestFaults, readmeFaults, undeclaredFaults, versionFaults } from './rules/manifests.ts'
import { fixedPortFaults, nackFaults } from './rules/messaging-and-ports.ts'
import { moduleStateFaults } from './rules/module-state.ts'
import { placeOf } from './rules/places.ts'
import { processGlobalFaults } from './rules/process-globals.ts'
import {
  readManifest,
  rootEntries,
  scriptNames,
  serviceNames,
  shellScripts,
  sourceFiles,
  workspaces,
} from './rules/repository.ts'
import { rootFaults } from './rules/root-entries.ts'
import { scriptFaults } from './rules/scripts.ts'
import { defaultExportFaults, fileNameFaults, sizeLimits, sizesOf, tooLongFaults } from './rules/sizes.ts'
import { show } from './rules/source.ts'

/** All files, and those that run in production. The rules themselves are proved in the tests beside this one. */
const files = sourceFiles()
const services = serviceNames()
const source = files.filter((file) => !placeOf(file).isTest && placeOf(file).kind !== 'root')
const inWorkspaces = files.filter((file) => placeOf(file).kind !== 'root')

/** A rule that looked at nothing is not kept: dependency-cruiser once reported success over 0 modules. */
function looked(rule: string, count: number, least = 1): void {
  console.log(`# ${rule}: ${count} files`)
  expect(count, `files that "${rule}" looked at`).toBeGreaterThanOrEqual(least)
}

describe('imports', () => {
  it('keep to the matrix between packages and services', () => {
    looked('import matrix', files.length, 100)
    expect(show(files.flatMap((file) => importMatrixFaults(file, services)))).toEqual([])
  })

  it('keep to the layers inside a service', () => {
    const layered = source.filter((file) => placeOf(file).kind === 'service' && placeOf(file).name !== 'all')
    looked('layers', layered.length)
    expect(show(layered.flatMap(layerFaults))).toEqual([])
  })

  it('are declared by the workspace that uses them', () => {
    const manifests = new Map(workspaces().map(({ folder, manifest }) => [folder, manifest]))
    looked('declared imports', inWorkspaces.length)
    const faults = inWorkspaces.flatMap((file) => undeclaredFaults(file, manifests.get(placeOf(file).folder) ?? {}))
    expect(show(faults)).toEqual([])
  })

  it('go round in no circle', () => {
    looked('cycles', source.length)
    expect(cyclesIn(importGraph(source)).map((cycle) => cycle.join(' → '))).toEqual([])
  })
})

describe('globals', () => {
  it.each([
    ['process and console belong to runtime, cli and main.ts', processGlobalFaults, files],
    ['no state and no timers of a module', moduleStateFaults, source],
    ['no global registry of mongoose or prom-client', libraryGlobalFaults, inWorkspaces],
    ['reject, never nack', nackFaults, files],
    ['no fixed ports', fixedPortFaults, files],
  ] as const)('%s', (rule, faultsOf, looksAt) => {
    looked(rule, looksAt.length)
    expect(show(looksAt.flatMap((file) => faultsOf(file)))).toEqual([])
  })
})

describe('sizes and names', () => {
  it('no file is longer than the limit, and most are short', () => {
    const figures = sizesOf(source)
    console.log(
      `# lines of ${source.length} source files: median ${figures.median}, p95 ${figures.p95}, max ${figures.max}`,
    )
    expect(show(files.flatMap(tooLongFaults))).toEqual([])
    expect(figures.median).toBeLessThanOrEqual(sizeLimits.median)
    expect(figures.p95).toBeLessThanOrEqual(sizeLimits.p95)
  })

  it.each([
    ['default exports', defaultExportFaults],
    ['file names', fileNameFaults],
  ] as const)('%s', (rule, faultsOf) => {
    looked(rule, files.length)
    expect(show(files.flatMap((file) => faultsOf(file)))).toEqual([])
  })
})

describe('manifests', () => {
  it('every package.json is exact, a module, described and exports only "."', () => {
    const all = workspaces()
    looked('manifests', all.length)
    const faults = all.flatMap(({ folder, manifest }) => manifestFaults(`${folder}/package.json`, manifest))
    expect(show([...faults, ...versionFaults('package.json', readManifest('.'))])).toEqual([])
  })

  it('every workspace has a README whose first line says its purpose', () => {
    const all = workspaces()
    looked('READMEs', all.length)
    expect(show(all.flatMap(({ folder, readme }) => readmeFaults(`${folder}/README.md`, readme)))).toEqual([])
  })

  it('the root holds what the design names', () => {
    const names = rootEntries()
    looked('root entries', names.length)
    expect(show(rootFaults(names))).toEqual([])
  })

  it('shell scripts are strict, short and start from the root', () => {
    const scripts = shellScripts()
    looked('shell scripts', scripts.length)
    expect(show(scripts.flatMap(scriptFaults))).toEqual([])
  })

  it('every check has a fixer', () => {
    const checks = scriptNames('check')
    looked('checks', checks.length)
    expect(scriptNames('fix')).toEqual(expect.arrayContaining(checks))
  })
})
