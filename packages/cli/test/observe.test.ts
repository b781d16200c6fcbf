import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programs } from '../src/observe/programs.ts'
import { ruleFile, withLinks } from '../src/observe/rule-files.ts'
import { places } from '../src/places.ts'
import { toko } from './toko-process.ts'

describe('toko observe', () => {
  it('says in one line what is missing, and starts nothing', async () => {
    const { code, stdout, stderr } = await toko(['observe'], { PATH: '/nonexistent' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')).toEqual([
      'starting collector, Jaeger and Prometheus',
      'toko: otelcol-contrib, prometheus, jaeger not found on PATH, and Docker does not answer: install what is missing, or start Docker',
      '',
    ])
  })

  it('takes the images that the chart takes', () => {
    const values = readFileSync(join(places.root, 'charts/observability/values.yaml'), 'utf8')
    for (const { image } of Object.values(programs)) {
      const [repository, tag] = image.split(':')
      expect(values).toMatch(new RegExp(`repository: ${repository}\\n\\s+tag: ${tag}\\n`))
    }
  })

  it.each(['production', 'demo'])('fills in every link of the %s rules', (pace) => {
    const rules = withLinks(ruleFile(pace)!, { RUNBOOKS: 'docs/runbooks', GRAFANA: 'http://a', TRACES: 'http://b' })
    expect(rules).toContain('runbook_url: docs/runbooks/')
    expect(rules).not.toMatch(/__[A-Z]+__/)
  })
})
