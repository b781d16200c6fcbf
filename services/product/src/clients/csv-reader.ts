import { CsvError, parse } from 'csv-parse/sync'
import { errors } from '@toko/contracts'
import type { CsvReader, CsvRow } from '../ports.ts'

interface Parsed {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

/** CSV by RFC 4180 with the csv-parse library; a byte order mark and empty lines are let through. */
export const csvReader: CsvReader = {
  read(text) {
    let parsed: Parsed[]
    try {
      parsed = parse(text, {
        bom: true,
        info: true,
        trim: true,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: 20_000,
      }) as unknown as Parsed[]
    } catch (error) {
      if (!(error instanceof CsvError)) throw error
      throw errors.validation({
        errors: [{ pointer: '/', code: 'invalid-csv', detail: error.message.slice(0, 300) }],
      })
    }
    const [header, ...records] = parsed
    const rows = records.map(
      // `lines` is where the record ends: lines inside its quoted fields come before.
      ({ record, info }): CsvRow => ({
        line: info.lines - record.reduce((count, value) => count + value.split('\n').length - 1, 0),
        values: record,
      }),
    )
    return { header: header?.record ?? [], rows }
  },
}
