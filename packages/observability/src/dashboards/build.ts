import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as LogsBuilder } from '@grafana/grafana-foundation-sdk/logs'
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { JaegerQueryBuilder } from './jaeger-query.ts'
import type { LogPanel, MetricPanel, Panel, PromQuery, TextPanel, TracePanel } from './panel.ts'

/** Data sources are chosen by variables: the dashboards fit any Grafana. */
export const sources = {
  metrics: { type: 'prometheus', uid: '${metrics}' },
  traces: { type: 'jaeger', uid: '${traces}' },
  logs: { type: 'loki', uid: '${logs}' },
} as const

type PanelBuilder = TimeseriesBuilder | StatBuilder | TableBuilder | TextBuilder | LogsBuilder

/** A panel as Grafana's SDK builds it, with its place in the dashboard left to the SDK. */
export function panelBuilder(panel: Panel, id: number): PanelBuilder {
  const builder = ofKind(panel)
  builder
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .span(panel.width)
    .height(panel.height ?? 8)
  return builder
}

function ofKind(panel: Panel): PanelBuilder {
  if (panel.kind === 'text') return textOf(panel)
  if (panel.kind === 'logs') return logsOf(panel)
  if (panel.kind === 'traces') return tracesOf(panel)
  return metricsOf(panel)
}

const textOf = ({ markdown }: TextPanel) => new TextBuilder().mode(TextMode.Markdown).content(markdown)

const logsOf = ({ expr }: LogPanel) =>
  new LogsBuilder()
    .datasource(sources.logs)
    .showTime(true)
    .wrapLogMessage(true)
    .withTarget(new LokiQueryBuilder().refId('A').expr(expr))

const tracesOf = ({ service, tags }: TracePanel) =>
  new TableBuilder()
    .datasource(sources.traces)
    .noValue('No such trace in this time')
    .withTarget(new JaegerQueryBuilder('A', { service, tags }))

function metricsOf(panel: MetricPanel): TimeseriesBuilder | StatBuilder | TableBuilder {
  const builder = bareOf(panel)
  builder
    .datasource(sources.metrics)
    .unit(panel.unit)
    .noValue(panel.noValue ?? 'no data')
  panel.queries.forEach((query, index) => builder.withTarget(queryOf(query, index, panel.kind)))
  builder.thresholds(thresholdsOf(panel))
  if (panel.max !== undefined) builder.min(0).max(panel.max)
  if (panel.link) builder.dataLinks([new DashboardLinkBuilder(panel.link.title).url(panel.link.url)])
  return builder
}

function bareOf({ kind }: MetricPanel): TimeseriesBuilder | StatBuilder | TableBuilder {
  if (kind === 'stat') return new StatBuilder().reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  if (kind === 'table') return new TableBuilder().filterable(true)
  return new TimeseriesBuilder()
    .min(0)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
}

function queryOf(query: PromQuery, index: number, kind: MetricPanel['kind']): Builder<Dataquery> {
  const builder = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .datasource(sources.metrics)
    .expr(query.expr)
    .legendFormat(query.legend ?? '__auto')
  if (kind === 'table') builder.format(PromQueryFormat.Table)
  if (query.instant || kind === 'table') builder.instant()
  else builder.range().exemplar(query.exemplars ?? false)
  return builder
}

function thresholdsOf({ red }: MetricPanel): ThresholdsConfigBuilder {
  const steps =
    red === undefined
      ? [{ color: 'green', value: null }]
      : red.below
        ? [
            { color: 'red', value: null },
            { color: 'green', value: red.at },
          ]
        : [
            { color: 'green', value: null },
            { color: 'red', value: red.at },
          ]
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps)
}
