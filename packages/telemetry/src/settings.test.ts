import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

describe('readSettings', () => {
  it.each([
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, true],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }, false],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'false' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  ])('%j → on: %s', (env, isOn) => {
    expect(readSettings(env)).toMatchObject({ isOn, faults: [] })
  })

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://collector'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zip'],
    ['OTEL_TRACES_EXPORTER', 'jaeger'],
    ['OTEL_TRACES_SAMPLER', 'always'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_PROPAGATORS', 'w3c'],
    ['OTEL_BSP_SCHEDULE_DELAY', '1s'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'service.namespace=toko,broken'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%E0%A4%A'],
  ])('tells that %s=%s is malformed and stays off', (name, value) => {
    const { isOn, faults } = readSettings({ ...endpoint, [name]: value })
    expect(isOn).toBe(false)
    expect(faults).toEqual([expect.stringContaining(`${name} ${JSON.stringify(value)}: expected`)])
  })

  it('never shows credentials', () => {
    const { faults } = readSettings({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'Bearer s3cret' })
    expect(faults).toHaveLength(1)
    expect(faults.join()).not.toContain('s3cret')
  })

  it('knows whether somebody named the service', () => {
    expect(readSettings(endpoint).hasServiceName).toBe(false)
    expect(readSettings({ OTEL_SERVICE_NAME: 'shop' }).hasServiceName).toBe(true)
    expect(readSettings({ OTEL_RESOURCE_ATTRIBUTES: 'a=b, service.name=shop' }).hasServiceName).toBe(true)
    expect(readSettings({ OTEL_RESOURCE_ATTRIBUTES: 'my.service.name=shop' }).hasServiceName).toBe(false)
  })
})
