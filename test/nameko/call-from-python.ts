import { runPython } from './python.ts'

/** One call of test/nameko/python/caller.py. */
export interface PythonCall {
  readonly service: string
  readonly method: string
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly context?: Readonly<Record<string, unknown>>
  /** In place of arguments: the request's whole body. */
  readonly body?: unknown
}

/** A result, or what was raised; `type` is the remote class of a RemoteError. */
export type PythonOutcome =
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  { readonly result: any } | { readonly error: string; readonly type?: string; readonly text: string }

/** Makes calls one after the other with Nameko's standalone client, in one Python process. */
export async function callFromPython(amqpUrl: string, calls: readonly PythonCall[]): Promise<PythonOutcome[]> {
  const { code, stdout, stderr } = await runPython(
    'test/nameko/python/caller.py',
    [],
    { AMQP_URL: amqpUrl },
    JSON.stringify(calls),
  )
  if (code !== 0) throw new Error(`caller.py ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as PythonOutcome[]
}
