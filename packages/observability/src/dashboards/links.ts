/** Explore of Grafana with a search for failed traces of the row's service. */
export const failedTraces = {
  title: 'Failed traces of ${__data.fields.service}',
  url: `/explore?schemaVersion=1&panes=${encodeURIComponent(
    JSON.stringify({
      toko: {
        datasource: 'DATASOURCE',
        queries: [{ refId: 'A', queryType: 'search', service: 'SERVICE', tags: 'otel.status_code=ERROR', limit: 20 }],
        range: { from: 'now-1h', to: 'now' },
      },
    }),
  )
    .replace('DATASOURCE', '${traces}')
    .replace('SERVICE', '${__data.fields.service}')}`,
} as const

/** The page of the row's service. */
export const servicePage = {
  title: 'Dashboard of ${__data.fields.service}',
  url: '/d/toko-service?var-service=${__data.fields.service}&${__url_time_range}',
} as const
