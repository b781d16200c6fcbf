import { readFileSync } from 'node:fs'
import { isUnavailable, type OpenDatabase, openDatabase } from '@toko/database'
import { Failure } from '../io/failure.ts'

export interface DatabaseOptions {
  readonly urlFile: string
  readonly database?: string
}

/** Work on the database that the file's URL names, closed at its end. @throws Failure in one line, without the URL's password */
export async function withDatabase<T>(
  { urlFile, database }: DatabaseOptions,
  work: (opened: OpenDatabase) => Promise<T>,
): Promise<T> {
  const url = readUrl(urlFile)
  if (database === undefined && /^mongodb(\+srv)?:\/\/[^/]+(\/?$|\/\?)/.test(url))
    throw new Failure(`the URL in ${urlFile} names no database: --database does`, 2)
  try {
    const opened = await openDatabase(url, database)
    try {
      return await work(opened)
    } finally {
      await opened.close()
    }
  } catch (error) {
    throw failureOf(error, urlFile)
  }
}

function readUrl(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Failure(`--url-file: ${(error as Error).message}`, 2)
  }
}

const isOneLine = new Set(['UserFaultError', 'MongoParseError', 'MongoInvalidArgumentError', 'MongoServerError'])

function failureOf(error: unknown, urlFile: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  if (isUnavailable(error)) return new Failure(`the database of ${urlFile} can't be reached: ${error.message}`, 2)
  return isOneLine.has(error.name) ? new Failure(error.message, 2) : error
}
