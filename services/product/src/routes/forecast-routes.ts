import { z } from 'zod'
import { ForecastQuery, Sku, StockForecast } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { forecastStock } from '../features/forecast-stock.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { catalogueRoles } from './catalogue-answers.ts'

export const forecastRoutes = (features: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/stock/{sku}/forecast',
      summary: 'How long the stock of a SKU will last; unknown while no forecast service answers',
      auth: catalogueRoles,
      params: z.object({ sku: Sku }),
      query: ForecastQuery,
      answers: { 200: StockForecast },
    },
    async ({ params: { sku }, query: { days }, deadline }) => ({
      status: 200,
      body: await forecastStock(features, sku, days, deadline),
    }),
  ),
]
