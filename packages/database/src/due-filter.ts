/** Due by `nowMs`, or after `latestMs`, which only a wrong clock can have set: two ranges of one index. @param as what the field holds */
export function dueFilter(
  field: string,
  nowMs: number,
  latestMs: number,
  as: (ms: number) => number | Date = (ms) => ms,
) {
  return { $or: [{ [field]: { $lte: as(nowMs) } }, { [field]: { $gt: as(latestMs) } }] }
}

export const asDate = (ms: number): Date => new Date(ms)
