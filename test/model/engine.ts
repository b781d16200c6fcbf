/**
 * Explicit-state search, breadth first: every state that the transitions reach is looked at once.
 * First safety (a problem comes with a shortest trace), then liveness: every reachable state must still be able to reach
 * a consistent end. Time is not modelled: whatever can happen may happen now, later or never.
 */
export type Step<S> = (label: string, state: S) => void

export interface Model<S> {
  readonly initial: S
  /** Equal for states that behave alike. */
  key(state: S): string | number
  /** Calls `step` once per transition; never changes `state`. */
  next(state: S, step: Step<S>): void
  /** What is wrong with this state, if anything. */
  problem(state: S): string | undefined
  /** Finished, and all books agree. */
  isEnd(state: S): boolean
  /** Each must hold somewhere: a model that can't do anything would hold everything. */
  readonly goals: Readonly<Record<string, (state: S) => boolean>>
}

export type Verdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'violated'; readonly problem: string; readonly trace: readonly string[] }
  /** From here no consistent end can be reached. */
  | { readonly kind: 'stuck'; readonly state: string | number; readonly trace: readonly string[] }
  | { readonly kind: 'unreached'; readonly goals: readonly string[] }

export interface Report {
  readonly verdict: Verdict
  /** States seen, the initial one included; and transitions out of the states that were expanded. */
  readonly states: number
  readonly transitions: number
}

/** Numbers in a typed array that grows: millions of transitions fit where an array of objects would not. */
class Numbers {
  #items = new Int32Array(1 << 12)
  length = 0
  push(value: number): void {
    if (this.length === this.#items.length) {
      const larger = new Int32Array(this.#items.length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.length++] = value
  }
  at = (index: number): number => this.#items[index]!
}

interface Graph {
  readonly keys: (string | number)[]
  /** By state: the one it was found from first. */
  readonly parents: Numbers
  readonly ends: Numbers
  /** Pairs from, to. */
  readonly edges: Numbers
}

/** The labels on a shortest way to a state, found again by walking it: labels are not kept during the search. */
function traceTo<S>(model: Model<S>, { keys, parents }: Graph, target: number): string[] {
  const path: number[] = []
  for (let at = target; at !== 0; at = parents.at(at)) path.unshift(at)
  let state = model.initial
  return path.map((number) => {
    let found: { label: string; next: S } | undefined
    model.next(state, (label, next) => {
      if (!found && model.key(next) === keys[number]) found = { label, next }
    })
    if (!found) throw new Error('the model is not a function of its state: a step is not found again')
    state = found.next
    return found.label
  })
}

/** 1 for every state from which one of `ends` can be reached: backwards over the transitions. */
function thoseThatReach({ keys, ends, edges }: Graph): Uint8Array {
  const first = new Int32Array(keys.length + 1)
  for (let e = 1; e < edges.length; e += 2) first[edges.at(e) + 1]! += 1
  for (let n = 0; n < keys.length; n++) first[n + 1]! += first[n]!
  const free = first.slice()
  const sources = new Int32Array(edges.length / 2)
  for (let e = 0; e < edges.length; e += 2) sources[free[edges.at(e + 1)]!++] = edges.at(e)
  const reaches = new Uint8Array(keys.length)
  const stack = Array.from({ length: ends.length }, (_, index) => ends.at(index))
  for (const end of stack) reaches[end] = 1
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (let s = first[at]!; s < first[at + 1]!; s++) {
      const source = sources[s]!
      if (reaches[source] === 1) continue
      reaches[source] = 1
      stack.push(source)
    }
  }
  return reaches
}

/** Searches all of a model. @throws Error beyond `maxStates`, or when a step can't be repeated */
export function explore<S>(model: Model<S>, { maxStates = 8_000_000 } = {}): Report {
  const graph: Graph = { keys: [], parents: new Numbers(), ends: new Numbers(), edges: new Numbers() }
  const numbers = new Map<string | number, number>()
  const goals = new Map(Object.entries(model.goals))
  const bad: { readonly problem: string; readonly at: number }[] = []
  let following: S[] = []

  const visit = (state: S, parent: number): number => {
    const key = model.key(state)
    const known = numbers.get(key)
    if (known !== undefined) return known
    const at = graph.keys.length
    if (at >= maxStates) throw new Error(`more than ${maxStates} states`)
    numbers.set(key, at)
    graph.keys.push(key)
    graph.parents.push(parent)
    following.push(state)
    for (const [name, isReached] of goals) if (isReached(state)) goals.delete(name)
    if (model.isEnd(state)) graph.ends.push(at)
    const problem = model.problem(state)
    if (problem !== undefined) bad.push({ problem, at })
    return at
  }

  visit(model.initial, 0)
  for (let expanded = 0; following.length > 0 && bad.length === 0;) {
    const frontier = following
    following = []
    for (const state of frontier) {
      const from = expanded++
      model.next(state, (_, next) => {
        const to = visit(next, from)
        graph.edges.push(from)
        graph.edges.push(to)
      })
      if (bad.length > 0) break
    }
  }

  const counts = { states: graph.keys.length, transitions: graph.edges.length / 2 }
  const [first] = bad
  if (first) {
    const { problem, at } = first
    return { verdict: { kind: 'violated', problem, trace: traceTo(model, graph, at) }, ...counts }
  }
  const stuck = thoseThatReach(graph).indexOf(0)
  if (stuck >= 0)
    return { verdict: { kind: 'stuck', state: graph.keys[stuck]!, trace: traceTo(model, graph, stuck) }, ...counts }
  if (goals.size > 0) return { verdict: { kind: 'unreached', goals: [...goals.keys()] }, ...counts }
  return { verdict: { kind: 'holds' }, ...counts }
}
