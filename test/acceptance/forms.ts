import { type ServiceName, serviceNames } from '@toko/cli'

/** How the shop is divided: the services that are processes of their own, all others together; undefined: one process. */
const forms = {
  single: undefined,
  split: serviceNames,
  'mixed-product': ['product'],
  'mixed-order': ['order'],
} as const satisfies Record<string, readonly ServiceName[] | undefined>

/** Who talks to whom how: the value of ORDER_CALLS. */
const calls = ['http', 'rpc', 'events'] as const

export interface Shape {
  readonly form: keyof typeof forms
  readonly split: readonly ServiceName[] | undefined
  readonly calls: (typeof calls)[number]
}

/** Every form with every way of calling. */
export const shapes: readonly Shape[] = (Object.keys(forms) as Shape['form'][]).flatMap((form) =>
  calls.map((each) => ({ form, split: forms[form], calls: each })),
)

type Variables = Readonly<Record<string, string | undefined>>

/** ACCEPTANCE_FORM and ACCEPTANCE_CALLS; the shop in one process with calls over HTTP by default. */
export function shapeOf(env: Variables): Shape {
  const form = oneOf(env, 'ACCEPTANCE_FORM', Object.keys(forms) as Shape['form'][])
  return { form, split: forms[form], calls: oneOf(env, 'ACCEPTANCE_CALLS', calls) }
}

function oneOf<T extends string>(env: Variables, name: string, known: readonly T[]): T {
  const wanted = env[name] || known[0]
  const found = known.find((each) => each === wanted)
  if (found === undefined) throw new Error(`${name}=${wanted}: expected one of ${known.join(', ')}`)
  return found
}
