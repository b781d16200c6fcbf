import type { DataDirOption, JsonOption, PortOffsetOption, SplitOptions } from '../commands/shared.ts'

export interface RunOptions extends DataDirOption, JsonOption, PortOffsetOption, SplitOptions {
  readonly seed: boolean
}
