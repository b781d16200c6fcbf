const codes = new Map<string, number>()

/** A small number per name, derived from the name alone: digests don't depend on which was met first. */
export function codeOf(name: string): number {
  let code = codes.get(name)
  if (code === undefined) {
    code = 0
    for (let i = 0; i < name.length; i++) code = (Math.imul(code, 31) + name.charCodeAt(i)) | 0
    codes.set(name, code)
  }
  return code
}
