import { eventually } from '@toko/testkit'
import { apply, getJson, kubectl } from './kubectl.ts'
import type { Named, Workload } from './objects.ts'

interface Job extends Named {
  readonly status: { readonly succeeded?: number; readonly failed?: number }
}

/** Runs a CronJob's job now, with more variables where they are given, and returns what it printed. @throws Error when it fails */
export async function runJob(
  cronJob: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const job = await getJson<Workload>(['create', 'job', name, `--from=cronjob/${cronJob}`, '--dry-run=client'])
  const containers = job.spec.template.spec.containers as unknown as { env?: object[] }[]
  for (const container of containers)
    container.env = [...(container.env ?? []), ...Object.entries(env).map(([key, value]) => ({ name: key, value }))]
  await apply(job)
  try {
    await eventually(
      async () => {
        const { status } = await getJson<Job>(['get', 'job', name])
        if (!status.succeeded && !status.failed) throw new Error(`job ${name} has not ended`)
      },
      { timeoutMs: 180_000, everyMs: 500 },
    )
    const { status } = await getJson<Job>(['get', 'job', name])
    const printed = await kubectl(['logs', `job/${name}`])
    if (!status.succeeded) throw new Error(`job ${name} failed: ${printed}`)
    return printed
  } finally {
    await kubectl(['delete', 'job', name, '--wait=true'])
  }
}
