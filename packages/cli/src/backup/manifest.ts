import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CollectionRules, parseRules, stringifyRules } from '@toko/database'
import { Failure } from '../io/failure.ts'
import type { Contents } from './bson-file.ts'

/** What a backup says about itself, `manifest.json` in its folder. */
export interface Manifest {
  readonly format: 1
  readonly database: string
  /** By the server's clock: what was acknowledged before is in it. */
  readonly takenAt: string
  readonly collections: readonly (Contents & { readonly name: string; readonly file: string })[]
  /** Options and indexes of each, in extended JSON. */
  readonly rules: string
}

export const manifestName = 'manifest.json'

const digestOf = (manifest: Manifest) => createHash('sha256').update(JSON.stringify(manifest)).digest('hex')

export const rulesOf = ({ rules }: Manifest): CollectionRules[] => parseRules(rules)
export const withRules = (rules: readonly CollectionRules[], rest: Omit<Manifest, 'rules' | 'format'>): Manifest => ({
  format: 1,
  ...rest,
  rules: stringifyRules(rules),
})

/** Text of the file: the manifest, and a digest of all of it, which is the identity of the backup. */
export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ sha256: digestOf(manifest), manifest }, null, 2)}\n`

/** @throws Failure when there is none, it was changed, or a later version of this command wrote it */
export function readManifest(folder: string): { manifest: Manifest; sha256: string } {
  const file = join(folder, manifestName)
  const { manifest, sha256 } = parse(file)
  if (manifest?.format !== 1) throw new Failure(`${file} is no manifest that this version of toko reads`)
  if (digestOf(manifest) !== sha256) throw new Failure(`${file} is damaged: its sha256 is not that of its text`)
  return { manifest, sha256 }
}

function parse(file: string): { manifest?: Manifest; sha256: string } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { manifest?: Manifest; sha256: string }
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure(`${file} is damaged: ${error.message}`)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Failure(`${folderOf(file)} holds no backup`)
    throw error
  }
}

const folderOf = (file: string) => file.slice(0, -manifestName.length - 1)
