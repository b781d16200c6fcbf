import {
  type Dashboard,
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { metric } from '../metric-names.ts'
import { panelBuilder, sources } from './build.ts'
import { errorTracing } from './errors.ts'
import { messaging } from './messaging.ts'
import { orderStory } from './order-story.ts'
import { shopOverview } from './overview.ts'
import { type DashboardSpec, ofService } from './panel.ts'
import { platform } from './platform.ts'
import { service } from './service.ts'

export const specs: readonly DashboardSpec[] = [shopOverview, service, messaging, errorTracing, orderStory, platform]

/** The dashboards as Grafana reads them, beside what they were made from. */
export const dashboards = (): { spec: DashboardSpec; dashboard: Dashboard & { uid: string } }[] =>
  specs.map((spec) => ({ spec, dashboard: { ...build(spec), uid: spec.uid } }))

function build(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags(['toko'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .refresh('30s')
  for (const variable of variables(spec)) builder.withVariable(variable)
  for (const other of specs) if (other !== spec) builder.link(linkTo(other))
  builder.annotation(restarts())
  let id = 0
  for (const row of spec.rows) {
    builder.withRow(new RowBuilder(row.title).id(++id))
    for (const panel of row.panels) builder.withPanel(panelBuilder(panel, ++id))
  }
  return builder.build()
}

const everything = { selected: true, text: 'All', value: '$__all' }

const variables = ({ asksOrder, rows }: DashboardSpec) => [
  new DatasourceVariableBuilder('metrics').label('Metrics').type('prometheus'),
  new DatasourceVariableBuilder('traces').label('Traces').type('jaeger'),
  ...(rows.some(({ panels }) => panels.some(({ kind }) => kind === 'logs'))
    ? [new DatasourceVariableBuilder('logs').label('Logs').type('loki')]
    : []),
  valuesOf('namespace', 'Namespace', 'up{job="toko"}'),
  valuesOf('service', 'Service', 'up{job="toko",namespace=~"$namespace"}'),
  ...(asksOrder ? [new TextBoxVariableBuilder('order_id').label('Order').defaultValue('')] : []),
]

const valuesOf = (name: string, label: string, series: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(sources.metrics)
    .query({ query: `label_values(${series}, ${name})`, refId: 'values' })
    .definition(`label_values(${series}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    // oxlint-disable-next-line unicorn/no-array-sort -- a builder, no array
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current(everything)

const linkTo = ({ uid, title }: DashboardSpec) =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .icon('dashboard')
    .tooltip(title)
    .url(`/d/${uid}`)
    .includeVars(true)
    .keepTime(true)

/** A line where a process of the shown services started: a rollout, or a crash. */
const restarts = () =>
  new AnnotationQueryBuilder()
    .name('Starts')
    .datasource(sources.metrics)
    .enable(true)
    .iconColor('blue')
    .expr(`${metric.started}{${ofService}} * 1000`)
    .useValueForTime(true)
    .titleFormat('{{service}} started')
