import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'

interface Search {
  readonly service: string
  readonly tags: string
}

interface JaegerQuery extends Dataquery, Search {
  readonly refId: string
  readonly queryType: 'search'
  readonly limit: number
}

/** A search of Grafana's own Jaeger data source, for which the SDK has no builder. */
export class JaegerQueryBuilder implements Builder<Dataquery> {
  readonly #query: JaegerQuery

  /** @param search tags as Jaeger reads them: `otel.status_code=ERROR order.id="…"` */
  constructor(refId: string, search: Search) {
    this.#query = { refId, queryType: 'search', limit: 20, ...search, _implementsDataqueryVariant() {} }
  }

  build(): JaegerQuery {
    return this.#query
  }
}
