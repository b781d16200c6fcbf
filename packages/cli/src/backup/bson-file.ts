import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline as connect, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { Failure } from '../io/failure.ts'

/** What a file must hold. */
export interface Contents {
  readonly documents: number
  /** Of the documents, before they were compressed. */
  readonly bytes: number
  readonly sha256: string
}

/** Documents one after the other, compressed: the form of mongodump's `.bson.gz`. On the disk when it resolves. */
export async function writeBsonFile(file: string, documents: AsyncIterable<Uint8Array>): Promise<Contents> {
  const counted = countingContents(documents)
  const source = Readable.from(counted, { objectMode: false })
  await pipeline(source, createGzip({ level: 6 }), createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true }))
  return counted.contents()
}

function countingContents(documents: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let [count, bytes] = [0, 0]
  return {
    async *[Symbol.asyncIterator]() {
      for await (const each of documents) {
        hash.update(each)
        count++
        bytes += each.byteLength
        yield each
      }
    },
    contents: (): Contents => ({ documents: count, bytes, sha256: hash.digest('hex') }),
  }
}

/** The smallest is `{}`; the largest that a server takes is 16 MiB and a little of its own. */
const [leastBytes, mostBytes] = [5, 16 * 1024 * 1024 + 16 * 1024]

/** The documents of such a file. @throws Failure naming the file when it is missing or damaged */
export async function* readBsonFile(file: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0)
  // What goes wrong anywhere in it comes out of its end.
  const unpacked = connect(createReadStream(file), createGunzip({ chunkSize: 256 * 1024 }), () => {})
  try {
    for await (const chunk of unpacked) {
      rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
      let from = 0
      for (let size = sizeAt(rest, from); size !== undefined; size = sizeAt(rest, from)) {
        yield rest.subarray(from, from + size)
        from += size
      }
      rest = rest.subarray(from)
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(`${file} is damaged: ${(error as Error).message}`)
  }
  if (rest.length > 0) throw new Failure(`${file} is damaged: it ends inside a document`)

  /** Of the document that begins there, or undefined while a part of it is still to come. */
  function sizeAt(bytes: Buffer, from: number): number | undefined {
    if (bytes.length - from < 4) return undefined
    const size = bytes.readInt32LE(from)
    if (size < leastBytes || size > mostBytes) throw new Failure(`${file} is damaged: a document of ${size} bytes`)
    return bytes.length - from >= size ? size : undefined
  }
}

/** Reads the whole file. @throws Failure naming it when it does not hold that */
export async function checkBsonFile(file: string, expected: Contents): Promise<void> {
  const counted = countingContents(readBsonFile(file))
  for await (const _ of counted);
  const found = counted.contents()
  if (found.sha256 !== expected.sha256 || found.documents !== expected.documents)
    throw new Failure(
      `${file} is damaged: ${found.documents} documents with sha256 ${found.sha256}, the manifest says ${expected.documents} with ${expected.sha256}`,
    )
}
