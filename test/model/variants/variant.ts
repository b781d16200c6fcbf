import type { Report } from '../engine.ts'

/** One run of a model: as the protocol is, or with rules broken. */
export interface Variant {
  readonly model: string
  readonly name: string
  readonly kind: 'protocol' | 'mutant' | 'redundant'
  /** The rules that are broken, in words. */
  readonly breaks: string
  /** `holds`, `stuck`, `unreached`, or the exact words of the problem: caught for another reason is not caught. */
  readonly expected: string
  readonly isQuick: boolean
  run(): Report
}

export const outcomeOf = ({ verdict }: Report): string => (verdict.kind === 'violated' ? verdict.problem : verdict.kind)

export function protocol(model: string, name: string, run: () => Report, { isQuick = true } = {}): Variant {
  return { model, name, kind: 'protocol', breaks: '', expected: 'holds', isQuick, run }
}

/** Rules broken together: each alone is caught elsewhere or is the last guard of another. */
export function mutant<M extends string>(
  model: string,
  rules: Readonly<Record<M, string>>,
  broken: readonly M[],
  expected: string,
  run: (broken: ReadonlySet<M>) => Report,
): Variant {
  return {
    model,
    name: broken.join(' + '),
    kind: expected === 'holds' ? 'redundant' : 'mutant',
    breaks: broken.map((rule) => rules[rule]).join('; '),
    expected,
    // A redundant guard is searched to the end, a caught one is not.
    isQuick: expected !== 'holds',
    run: () => run(new Set(broken)),
  }
}

/** One variant per rule: the type asks for the outcome of every rule that can be broken. */
export function mutants<M extends string>(
  model: string,
  rules: Readonly<Record<M, string>>,
  expected: Readonly<Record<M, string>>,
  run: (broken: ReadonlySet<M>) => Report,
): Variant[] {
  return (Object.keys(expected) as M[]).map((rule) => mutant(model, rules, [rule], expected[rule], run))
}
