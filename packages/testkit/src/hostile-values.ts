/** Values that a field of a JSON body must survive, whatever its type. */
export const hostileValues: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['true', true],
  ['an array', []],
  ['a nested array', [[['x']]]],
  ['an operator object', { $gt: '' }],
  ['a $where object', { $where: 'sleep(1000)' }],
  ['a constructor key', { constructor: { prototype: { polluted: 1 } } }],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['a number beyond 2^53', 2 ** 53 + 2],
  ['a huge text', 'x'.repeat(20_000)],
  ['NUL', 'a\u0000b'],
  ['a lone surrogate', '\ud800'],
  ['an empty text', ''],
  ['blanks', '   '],
  ['a regular expression', '(a+)+$'],
  ['a script', '<script>alert(1)</script>'],
]

/** Bodies that are no valid input for any route. */
export const hostileBodies: readonly (readonly [string, string])[] = [
  ['bad JSON', '{"a":'],
  ['a trailing comma', '{"a":1,}'],
  ['two documents', '{}{}'],
  ['null', 'null'],
  ['a number', '1'],
  ['a text', '"x"'],
  ['an array', '[]'],
  ['nothing', ''],
  ['an unknown key', '{"surelyUnknown":1}'],
  ['a prototype key', '{"__proto__":{"polluted":1}}'],
  ['deep nesting', '['.repeat(20_000)],
  ['many keys', `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join(',')}}`],
]

const zeros = '0'.repeat(32)
const samples = [
  ...[
    'usr',
    'ses',
    'adr',
    'prd',
    'cat',
    'imp',
    'mov',
    'crt',
    'ord',
    'pay',
    'evt',
    'cnl',
    'shp',
    'rfd',
    'rtn',
    'aud',
  ].map((prefix) => `${prefix}_${zeros}`),
  `ord_${zeros}:1`,
  'TEA-1',
  'tea',
  '1',
  'toko',
]

/** A path parameter that its schema accepts. */
export function sampleParameter(accepts: (value: string) => boolean): string {
  const sample = samples.find(accepts)
  if (sample === undefined) throw new Error('no sample fits this parameter: add one to hostile-values.ts')
  return sample
}

export const hostileQueries = [
  'surely_unknown=1',
  'email[$ne]=1',
  'limit=1&limit=2',
  '__proto__=1',
  'limit=%00&limit=%00',
]

/** Already encoded for a path. */
export const hostileIds = ['%00', '..%2f..', '%E0%A4%A', '%7B%22$gt%22:%22%22%7D', 'x'.repeat(5000), '%24ne']
