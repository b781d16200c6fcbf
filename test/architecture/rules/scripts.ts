import type { Fault, SourceFile } from './source.ts'

const mostLines = 60

/** Shell scripts stop at the first error, start from the root wherever they are called, and stay short. */
export function scriptFaults({ path, text }: SourceFile): Fault[] {
  const says = (isRight: boolean, message: string): Fault[] => (isRight ? [] : [{ path, line: 1, message }])
  const lines = text.replace(/\n$/, '').split('\n').length
  return [
    ...says(text.startsWith('#!/usr/bin/env bash\n'), 'does not start with #!/usr/bin/env bash'),
    // Without -e only where every exit code is looked at: a step that remembers failures.
    ...says(/^set -e?uo pipefail$/m.test(text), 'is not strict: set -euo pipefail'),
    ...says(/^cd "\$\(dirname "\$0"\)\//m.test(text), 'does not start from the root'),
    ...says(lines <= mostLines, `${lines} lines, at most ${mostLines}`),
  ]
}
