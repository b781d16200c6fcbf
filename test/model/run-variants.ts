import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Report } from './engine.ts'
import { variants } from './variants/index.ts'
import { outcomeOf, type Variant } from './variants/variant.ts'

const processes = 2
/** Only for one that hangs: the largest takes 20 s on an idle core, and machines may be busy. */
const variantLimitMs = 600_000

/** Either a report, or the fault of a checker that broke down. */
export type Answer =
  | { readonly report: Report; readonly ms: number }
  | { readonly report?: never; readonly fault: string; readonly ms: number }

export type Result = Answer & { readonly variant: Variant; readonly isAsExpected: boolean }

export const startChecker = (): ChildProcess =>
  fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { silent: true })

/** What one child makes of the variant at `index`. One that dies or hangs is a fault, never a caught mutant. */
export function ask(child: ChildProcess, index: number): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  let complaint = ''
  const started = performance.now()
  const breakDown = (fault: string) => resolve({ fault, ms: performance.now() - started })
  const onMessage = (answer: Answer) => resolve(answer)
  const onComplaint = (text: Buffer) => {
    complaint += text.toString()
  }
  const onClose = (code: number | null, signal: string | null) =>
    breakDown(`the checker ended with ${signal ?? code}: ${complaint.trim().slice(0, 500)}`)
  const timer = setTimeout(() => breakDown('took too long'), variantLimitMs)
  child.on('message', onMessage).on('close', onClose)
  child.stderr?.on('data', onComplaint)
  child.send(index)
  return promise.finally(() => {
    clearTimeout(timer)
    child.off('message', onMessage).off('close', onClose)
    child.stderr?.off('data', onComplaint)
  })
}

/** Runs the chosen variants, large ones first, two at a time. Results in the order of the table. */
export async function runVariants(isChosen: (variant: Variant) => boolean): Promise<Result[]> {
  const results = new Map<number, Result>()
  const waiting = [...variants.keys()]
    .filter((index) => isChosen(variants[index]!))
    .toSorted((a, b) => Number(variants[a]!.isQuick) - Number(variants[b]!.isQuick))
  const work = async () => {
    let child = startChecker()
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const variant = variants[index]!
      const answer = await ask(child, index)
      results.set(index, {
        variant,
        ...answer,
        isAsExpected: !!answer.report && outcomeOf(answer.report) === variant.expected,
      })
      if (answer.report) continue
      child.kill('SIGKILL')
      child = startChecker()
    }
    child.kill()
  }
  await Promise.all(Array.from({ length: processes }, work))
  return [...results.keys()].toSorted((a, b) => a - b).map((index) => results.get(index)!)
}
