/**
 * Writes docs/openapi/*.json and the table of docs/rpc.md from the declared routes, and removes documents of services that
 * are gone.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { apiDocuments } from './openapi-documents.ts'
import { rpcTable, withTable } from './rpc-table.ts'

const documents = await apiDocuments()
for (const { path, text } of documents) writeFileSync(path, text)

const kept = new Set(documents.map(({ path }) => basename(path)))
for (const folder of new Set(documents.map(({ path }) => dirname(path)))) {
  for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(`${folder}/${name}`)
}
const page = new URL('../docs/rpc.md', import.meta.url)
writeFileSync(page, withTable(readFileSync(page, 'utf8'), rpcTable(documents)))
console.log(`wrote ${documents.length} documents to docs/openapi, and docs/rpc.md`)
