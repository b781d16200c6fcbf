import { describe, expect, it } from 'vitest'
import { manifestFaults, readmeFaults, undeclaredFaults, type Manifest } from './rules/manifests.ts'
import { rootFaults } from './rules/root-entries.ts'
import { scriptFaults } from './rules/scripts.ts'
import { defaultExportFaults, fileNameFaults, quantile, sizesOf, tooLongFaults } from './rules/sizes.ts'

const long = (lines: number) => ({ path: 'packages/http/src/a.ts', text: 'a\n'.repeat(lines) })

describe('sizes', () => {
  it('counts lines and stops at 301', () => {
    expect(tooLongFaults(long(300))).toEqual([])
    expect(tooLongFaults(long(301))).toHaveLength(1)
  })

  it('gives median and p95 by nearest rank', () => {
    expect(sizesOf([long(10), long(30), long(20)])).toEqual({ median: 20, p95: 30, max: 30 })
    expect(
      quantile(
        Array.from({ length: 100 }, (_, i) => i + 1),
        0.95,
      ),
    ).toBe(95)
  })
})

describe('names and exports', () => {
  it.each(['export default 1', 'const a = 1\nexport { a as default }', 'export { default } from "x"'])(
    'stops %s',
    (text) => {
      expect(defaultExportFaults({ path: 'packages/http/src/a.ts', text })).toHaveLength(1)
    },
  )

  it('lets configuration files and named exports through', () => {
    expect(defaultExportFaults({ path: 'vitest.config.ts', text: 'export default 1' })).toEqual([])
    expect(defaultExportFaults({ path: 'packages/http/src/a.ts', text: 'export const a = 1' })).toEqual([])
  })

  it('wants kebab-case file names', () => {
    expect(
      ['place-order.ts', 'place-order.test.ts', 'order-store.suite.ts', 'vitest.config.ts'].flatMap((path) =>
        fileNameFaults({ path }),
      ),
    ).toEqual([])
    expect(
      ['PlaceOrder.ts', 'place_order.ts', 'placeOrder.test.ts'].flatMap((path) => fileNameFaults({ path })),
    ).toHaveLength(3)
  })
})

const good: Manifest = {
  name: '@toko/http',
  private: true,
  type: 'module',
  description: 'An app.',
  exports: { '.': './src/index.ts' },
  dependencies: { zod: '4.6.7' },
  devDependencies: { supertest: '7.3.2', '@types/express': '5.0.6' },
}

describe('manifests', () => {
  const faultsOf = (change: Manifest) => manifestFaults('packages/http/package.json', { ...good, ...change })

  it('lets a good one through', () => {
    expect(faultsOf({})).toEqual([])
  })

  it.each<Manifest>([
    { name: '@toko/web' },
    { type: 'commonjs' },
    { private: false },
    { description: ' ' },
    { exports: { '.': './src/index.ts', './client': './src/client.ts' } },
    { exports: './src/index.ts' },
    { dependencies: { zod: '^4.6.7' } },
    { devDependencies: { zod: 'latest' } },
    { optionalDependencies: { zod: '4.x' } },
  ])('stops %j', (change) => {
    expect(faultsOf(change)).toHaveLength(1)
  })

  it('wants a README whose first line says the purpose', () => {
    expect(readmeFaults('README.md', '# @toko/http: routes declared once\n')).toEqual([])
    expect(
      [undefined, '', '# http\n', '\n# http: routes declared once'].flatMap((text) => readmeFaults('README.md', text)),
    ).toHaveLength(4)
  })

  it.each([
    ['a.ts', 'import { z } from "zod"', 0],
    ['a.ts', 'import { z } from "zod/v4"', 0],
    ['a.ts', 'import type { Request } from "express"', 0],
    ['a.test.ts', 'import supertest from "supertest"\nimport { it } from "vitest"', 0],
    ['a.ts', 'import "node:fs"\nimport "./b.ts"\nimport "#b.ts"', 0],
    ['a.ts', 'import supertest from "supertest"', 1],
    ['a.ts', 'import express from "express"', 1],
    ['a.ts', 'import "@toko/contracts"', 1],
    ['a.ts', 'import { vi } from "vitest"', 1],
  ])('%s: %s gives %i undeclared', (name, text, count) => {
    expect(undeclaredFaults({ path: `packages/http/src/${name}`, text }, good)).toHaveLength(count)
  })
})

describe('root', () => {
  it('names every entry that the design does not', () => {
    expect(rootFaults(['README.md', '.npmrc', 'node_modules', 'packages', 'npm-debug.log'])).toEqual([])
    expect(rootFaults(['src', 'notes.txt', 'Makefile'])).toHaveLength(2)
  })
})

describe('shell scripts', () => {
  const strict = '#!/usr/bin/env bash\nset -euo pipefail\ncd "$(dirname "$0")/.."\n'
  const faultsOf = (text: string) => scriptFaults({ path: 'scripts/a.sh', text })

  it('lets a strict one through', () => {
    expect(faultsOf(strict)).toEqual([])
  })

  it.each([
    strict.replace('#!/usr/bin/env bash', '#!/bin/sh'),
    strict.replace('set -euo pipefail', 'set -e'),
    strict.replace('set -euo pipefail', '# set -euo pipefail'),
    strict.replace(/cd .*\n/, ''),
    `${strict}${'true\n'.repeat(58)}`,
  ])('stops %j', (text) => {
    expect(faultsOf(text)).toHaveLength(1)
  })
})
