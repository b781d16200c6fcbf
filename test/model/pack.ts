/** A number from small fields, each below its radix; cheap keys for millions of states. */
export function pack(...fields: readonly (readonly [value: number, radix: number])[]): number {
  let packed = 0
  for (const [value, radix] of fields) packed = packed * radix + value
  return packed
}
