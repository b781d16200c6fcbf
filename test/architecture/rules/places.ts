import { posix } from 'node:path'
import type { SourceFile } from './source.ts'

/** Where a file lives: its workspace ('packages/http', 'services/order') or the root's own test, scripts, bench. */
export interface Place {
  readonly kind: 'package' | 'service' | 'root'
  /** Folder name of the workspace, or the top-level folder for the root's files. */
  readonly name: string
  readonly folder: string
  /** Tests and what only tests use. */
  readonly isTest: boolean
}

export function placeOf({ path }: Pick<SourceFile, 'path'>): Place {
  const [top = '', name = ''] = path.split('/')
  const isTest =
    /\.(test|suite|test-support)\.ts$/.test(path) ||
    /(^|\/)(test|fixtures)\//.test(path) ||
    path.startsWith('packages/testkit/')
  if (top === 'packages') return { kind: 'package', name, folder: `packages/${name}`, isTest }
  if (top === 'services') return { kind: 'service', name, folder: `services/${name}`, isTest }
  return { kind: 'root', name: path.includes('/') ? top : '.', folder: '.', isTest }
}

/** Path from the root of the file that a relative or `#` import names; undefined for packages and node:. */
export function targetOf(file: Pick<SourceFile, 'path'>, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file.path), specifier))
  if (specifier.startsWith('#')) return posix.join(placeOf(file).folder, 'src', specifier.slice(1))
  return undefined
}

/** The internal package that `@toko/x` or `@toko/x/deep` names. */
export function internalPackage(specifier: string): { name: string; isDeep: boolean } | undefined {
  const [scope, name, ...rest] = specifier.split('/')
  return scope === '@toko' && name ? { name, isDeep: rest.length > 0 } : undefined
}
