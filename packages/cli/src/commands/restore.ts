import { type Command, Option } from 'commander'
import type { Restored } from '../backup/restore-backup.ts'
import type { DatabaseOptions } from '../backup/with-database.ts'
import type { Output } from '../io/output.ts'
import { databaseCommand, printManifest } from './backup.ts'
import { type JsonOption, toExit } from './shared.ts'

interface RestoreOptions extends DatabaseOptions, JsonOption {
  readonly from: string
  readonly replace?: boolean
}

export function restoreCommand(): Command {
  return databaseCommand(
    'restore',
    "make one service's database what a backup is; stop the service first (docs/runbooks/restore-a-database.md); safe to repeat",
  )
    .addOption(
      new Option('--from <folder>', 'a backup, or the folder with the newest one')
        .env('TOKO_RESTORE_FROM')
        .makeOptionMandatory(),
    )
    .addOption(new Option('--replace', 'take the place of the documents that are there'))
    .action((options: RestoreOptions) =>
      toExit(async (output) => {
        const { withDatabase } = await import('../backup/with-database.ts')
        const { findBackup } = await import('../backup/backup-folders.ts')
        const { restoreBackup } = await import('../backup/restore-backup.ts')
        await withDatabase(options, async (database) => {
          const folder = findBackup(options.from, database.name)
          const progress = {
            checked: () => output.note(`${folder} is whole; loading it beside the present data`),
            loaded: (name: string, documents: number) => output.note(`  ${name}: ${documents} documents, read back`),
          }
          const restored = await restoreBackup(database, folder, { replace: options.replace ?? false, progress })
          const { manifest, ...rest } = restored
          if (options.json) output.json({ folder, database: manifest.database, takenAt: manifest.takenAt, ...rest })
          else print(output, restored, database.hosts)
        })
      }),
    )
}

function print(output: Output, { manifest, replaced, dropped }: Restored, hosts: string): void {
  printManifest(output, manifest)
  const before = replaced.reduce((sum, { documents }) => sum + documents, 0)
  output.line(`restored at ${hosts}, in place of ${before} documents in ${replaced.length} collections`)
  if (dropped.length > 0) output.line(`dropped, since the backup does not know them: ${dropped.join(', ')}`)
}
