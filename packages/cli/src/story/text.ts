/** Hours to milliseconds, UTC. */
export const clock = (iso: string): string => iso.slice(11, 23)

export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`
