import { Command, Option } from 'commander'
import type { Output } from '../io/output.ts'
import type { Manifest } from '../backup/manifest.ts'
import type { DatabaseOptions } from '../backup/with-database.ts'
import { atLeastOne, type JsonOption, jsonOption, toExit } from './shared.ts'

interface BackupOptions extends DatabaseOptions, JsonOption {
  readonly out: string
  readonly keep?: number
}

/** A command on one database, whose address is in a file: it holds a password, which no process list should show. */
export const databaseCommand = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .addOption(
      new Option('--url-file <file>', 'file with the MongoDB URL of one service')
        .env('TOKO_DATABASE_URL_FILE')
        .makeOptionMandatory(),
    )
    .addOption(new Option('--database <name>', 'where the URL names none'))
    .addOption(jsonOption())

export function backupCommand(): Command {
  return databaseCommand('backup', "write one service's database, as it is at one moment, into a new folder")
    .addOption(new Option('--out <folder>', 'where backups are kept').env('TOKO_BACKUP_FOLDER').makeOptionMandatory())
    .addOption(new Option('--keep <n>', 'remove older backups of the database beyond so many').argParser(atLeastOne))
    .action((options: BackupOptions) =>
      toExit(async (output) => {
        const { withDatabase } = await import('../backup/with-database.ts')
        const { takeBackup } = await import('../backup/take-backup.ts')
        const { removeOld } = await import('../backup/backup-folders.ts')
        const { out, keep, json } = options
        const onLost = (why: string) => output.note(`begun again: ${why}`)
        const { folder, manifest } = await withDatabase(options, (database) => takeBackup(database, out, onLost))
        const removed = keep === undefined ? [] : removeOld(out, manifest.database, keep)
        const { rules: _, ...shown } = manifest
        if (json) return output.json({ folder, ...shown, removed })
        printManifest(output, manifest)
        output.line(`written to ${folder}`)
        for (const name of removed) output.line(`removed ${name}`)
      }),
    )
}

/** What a backup holds, a line for each collection. */
export function printManifest(output: Output, { database, takenAt, collections }: Manifest): void {
  const documents = collections.reduce((sum, each) => sum + each.documents, 0)
  output.line(`${output.paint('bold', database)} as of ${takenAt}: ${documents} documents`)
  for (const each of collections) output.line(`  ${each.name.padEnd(28)} ${String(each.documents).padStart(9)}`)
}
