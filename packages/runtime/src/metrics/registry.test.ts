import { describe, expect, it } from 'vitest'
import { isClosed } from './define.ts'
import { definitionOf, type MetricName, metricRegistry } from './registry.ts'

const names = Object.keys(metricRegistry) as MetricName[]

describe.each(names)('%s', (name) => {
  const { type, unit, help, labels, buckets, zero } = definitionOf(name)

  it('has a name that says type and unit', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name.endsWith('_seconds')).toBe(type === 'histogram' || unit === 's')
    expect(name.endsWith('_bytes')).toBe(unit === 'By')
  })

  it('has a help of one line and labels that Prometheus takes', () => {
    expect(help).toMatch(/^[^\n"]+[^.\n]$/)
    for (const [label, values] of Object.entries(labels)) {
      expect(label).toMatch(/^[a-z][a-z_]*$/)
      expect(['le', 'service', 'job', 'instance', 'namespace']).not.toContain(label)
      const count = isClosed(values) ? new Set(values).size : values.max
      expect(count).toBeGreaterThan(0)
      expect(count).toBeLessThanOrEqual(isClosed(values) ? values.length : 1000)
    }
  })

  it('has ascending bounds, and zeros of its own labels', () => {
    expect([...buckets]).toEqual(buckets.toSorted((a, b) => a - b))
    expect(buckets.length > 0).toBe(type === 'histogram')
    for (const set of zero) expect(Object.keys(set)).toEqual(Object.keys(labels))
    expect(zero.length).toBeLessThanOrEqual(60)
  })
})
