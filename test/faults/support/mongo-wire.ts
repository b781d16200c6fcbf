/** What these tests look at in a message of MongoDB's wire protocol. */
export interface WireMessage {
  readonly requestId: number
  readonly responseTo: number
  /** First key of an OP_MSG's document, which is the command's name; empty for anything else. */
  readonly command: string
  /** Its value when that is a text: the collection. */
  readonly target: string
  readonly bytes: Buffer
}

const opMsg = 2013
const bodySection = 0
const textType = 2
/** Where an OP_MSG's body document begins: header 16, flags 4, kind of the section 1. */
const bodyAt = 21

/** Calls back for each whole message of a stream of chunks. */
export function messageReader(onMessage: (message: WireMessage) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 16) {
      const length = rest.readInt32LE(0)
      if (rest.length < length) return
      onMessage(read(rest.subarray(0, length)))
      rest = rest.subarray(length)
    }
  }
}

function read(bytes: Buffer): WireMessage {
  const ids = { requestId: bytes.readInt32LE(4), responseTo: bytes.readInt32LE(8), bytes }
  if (bytes.readInt32LE(12) !== opMsg || bytes[bodyAt - 1] !== bodySection) return { ...ids, command: '', target: '' }
  const nameAt = bodyAt + 5 // length of the document 4, type of its first element 1
  const nameEnd = bytes.indexOf(0, nameAt)
  const command = bytes.toString('utf8', nameAt, nameEnd)
  if (bytes[nameAt - 1] !== textType) return { ...ids, command, target: '' }
  const textLength = bytes.readInt32LE(nameEnd + 1)
  return { ...ids, command, target: bytes.toString('utf8', nameEnd + 5, nameEnd + 4 + textLength) }
}
