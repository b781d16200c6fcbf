import { ServerResponse } from 'node:http'

type Wrong = { readonly path: string; readonly method?: string; readonly status?: number } | null

let wrong: Wrong = null
/** Answers to requests whose path begins so (of that method alone, where one is given) throw while they are written, or have another status. */
export const switchAnswers = (next: Wrong): void => void (wrong = next)

const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (this: ServerResponse, status: number, ...rest: never[]) {
  const { url, method } = this.req
  if (wrong && status < 400 && url?.startsWith(wrong.path) && (wrong.method ?? method) === method) {
    if (wrong.status === undefined) return missing().total as never
    return writeHead.call(this, wrong.status, ...rest)
  }
  return writeHead.call(this, status, ...rest)
} as typeof writeHead

/** What a handler finds that forgot a case: its TypeError is Node's own. */
const missing = (): { total: unknown } => undefined as unknown as { total: unknown }
