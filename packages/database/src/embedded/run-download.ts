import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

interface DownloadLimits {
  /** Until the first line, so that a machine without a network goes on at once. */
  readonly firstLineMs?: number
  /** Between two lines. */
  readonly silenceMs: number
}

/**
 * Runs a program that downloads and tells its progress in lines; resolves with the last line.
 * Rejects when it fails or falls silent: then it is killed, which no request inside this process could be.
 */
export function runDownload(
  command: string,
  args: readonly string[],
  { firstLineMs, silenceMs }: DownloadLimits,
  onLine: (line: string) => void = () => {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let last = ''
    let complaint = ''
    let silence: string | undefined
    const giveUpIn = (limitMs: number) =>
      setTimeout(() => {
        silence = `no progress in ${limitMs} ms`
        child.kill('SIGKILL')
      }, limitMs)
    let patience = giveUpIn(firstLineMs ?? silenceMs)
    createInterface(child.stdout).on('line', (line) => {
      clearTimeout(patience)
      patience = giveUpIn(silenceMs)
      last = line
      onLine(line)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4_000)))
    child.once('error', (error) => {
      clearTimeout(patience)
      reject(error)
    })
    child.once('close', (code) => {
      clearTimeout(patience)
      if (code === 0) resolve(last)
      else reject(new Error(silence ?? (lastLine(complaint) || `${command} ended with code ${code}`)))
    })
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
