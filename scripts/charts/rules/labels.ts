import { isLasting, type KubeObject, nameOf, podsOf } from '../objects.ts'

const standard = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'].map(
  (name) => `app.kubernetes.io/${name}`,
)
const components = ['service', 'database', 'broker', 'observability', 'job']

/** Of pods: a version would restart databases and the broker with every release of the shop. */
const lasting = standard.filter((name) => !/version|managed-by/.test(name))

/** Every object and every pod says by the standard labels what it is part of. */
export function labelFaults(objects: readonly KubeObject[]): string[] {
  const ofObjects = objects.flatMap((object) => {
    const labels = object.metadata.labels ?? {}
    const owed = object.kind === 'Pod' ? lasting : [...standard, 'helm.sh/chart']
    const absent = owed.filter((name) => !labels[name])
    const component = labels['app.kubernetes.io/component']
    return [
      ...absent.map((name) => `${nameOf(object)} has no label ${name}`),
      ...(component === undefined || components.includes(component)
        ? []
        : [`${nameOf(object)} is of the unknown component ${component}`]),
    ]
  })
  const ofPods = podsOf(objects)
    .filter(isLasting)
    .flatMap(({ owner, labels }) =>
      lasting.filter((name) => !labels[name]).map((name) => `pods of ${nameOf(owner)} have no label ${name}`),
    )
  return [...ofObjects, ...ofPods]
}
