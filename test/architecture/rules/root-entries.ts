import type { Fault } from './source.ts'

/** DESIGN §5: what a newcomer may meet at the top. Whatever else appears needs a reason and a line here. */
const known = new Set(
  `LICENSE Makefile README.md STYLE.md Dockerfile docker-bake.hcl skaffold.yaml compose.yaml package.json package-lock.json
   tsconfig.json vitest.config.ts knip.json packages services charts k8s scripts test bench docs
   examples`.split(/\s+/),
)
/** Made by tools and ignored by git. */
const made = new Set(['node_modules', 'coverage'])

export function rootFaults(names: readonly string[]): Fault[] {
  return names
    .filter((name) => !name.startsWith('.') && !known.has(name) && !made.has(name) && !name.endsWith('.log'))
    .map((name) => ({ path: name, line: 1, message: 'is no entry that the design names' }))
}
