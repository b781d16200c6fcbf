/** Writes docs/openapi/*.json from the declared routes and removes documents of services that are gone. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { apiDocuments } from './openapi-documents.ts'

const documents = await apiDocuments()
for (const { path, text } of documents) writeFileSync(path, text)

const kept = new Set(documents.map(({ path }) => basename(path)))
for (const folder of new Set(documents.map(({ path }) => dirname(path)))) {
  for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(`${folder}/${name}`)
}
console.log(`wrote ${documents.length} documents to docs/openapi`)
