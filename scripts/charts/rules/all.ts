import type { KubeObject } from '../objects.ts'
import { containerFaults } from './containers.ts'
import { edgeFaults } from './edges.ts'
import { labelFaults } from './labels.ts'
import { networkFaults } from './network.ts'
import { type Given, referenceFaults } from './references.ts'
import { restrictedFaults } from './restricted.ts'
import { workloadFaults } from './workloads.ts'

/** What everything that the charts render owes: one line for each thing that is missing. */
export const objectFaults = (objects: readonly KubeObject[], given: Given = new Set()): string[] => [
  ...restrictedFaults(objects),
  ...containerFaults(objects),
  ...workloadFaults(objects),
  ...referenceFaults(objects, given),
  ...networkFaults(objects),
  ...edgeFaults(objects),
  ...labelFaults(objects),
]
