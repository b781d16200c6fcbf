import { Command } from 'commander'
import { auditCommand } from './commands/audit.ts'
import { backupCommand } from './commands/backup.ts'
import { deadLettersCommand } from './commands/dead-letters.ts'
import { doctorCommand } from './commands/doctor.ts'
import { mailCommand } from './commands/mail.ts'
import { observeCommand } from './commands/observe.ts'
import { orderCommand } from './commands/order.ts'
import { restoreCommand } from './commands/restore.ts'
import { runCommand } from './commands/run.ts'
import { seedCommand } from './commands/seed.ts'
import { topCommand } from './commands/top.ts'
import { verifyCommand } from './commands/verify.ts'

/** Everything that `toko` can do, one file per command. */
export function program(): Command {
  const toko = new Command('toko')
    .description('runs and examines the shop')
    .helpCommand(false)
    .addCommand(runCommand())
    .addCommand(seedCommand())
    .addCommand(mailCommand())
    .addCommand(orderCommand())
    .addCommand(topCommand())
    .addCommand(observeCommand())
    .addCommand(auditCommand())
    .addCommand(verifyCommand())
    .addCommand(deadLettersCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(doctorCommand())
  // 1 is an answer of audit and doctor, so a command that was not understood ends with 2.
  for (const command of [toko, ...toko.commands.flatMap((each) => [each, ...each.commands])])
    command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  return toko
}
