/** A child process of `run-variants.ts`: gets the index of a variant, answers with its report, until it is told no more. */
import { variants } from './variants/index.ts'

process.on('message', (index: number) => {
  const started = performance.now()
  const report = variants[index]!.run()
  process.send!({ report, ms: performance.now() - started })
})
