import type { Message, Turn } from './rules.ts'
import { type Goods, ordered, type Restock } from './state.ts'

const isShipped = ({ status }: Goods) => status === 'shipped' || status === 'completed'

/** What people do: cancel, ship, deliver, return, refund with restock. Each is one compare-and-set with its message. */
function actSteps({ goods, broken, act, send }: Turn): void {
  const { status, isCaptured, shipments, restocks, returns } = goods
  if (status === 'confirmed' && !isCaptured) act('note captured', { isCaptured: true })
  const isCancellable =
    status === 'confirmed' ||
    (status === 'authorised' && broken.has('cancelsAuthorised')) ||
    (status === 'shipped' && broken.has('cancelIgnoresShipment'))
  if (isCancellable) send('cancel', { status: 'freeing' }, 'Freed')
  if (status === 'refunding') act('money is back', { status: 'cancelled' })

  const mayShip = shipments.length < ordered || (broken.has('shipGuardMissing') && shipments.length < 3)
  if ((status === 'confirmed' || status === 'shipped') && isCaptured && mayShip)
    send('ship', { status: 'shipped', shipments: [...shipments, 'requested'] }, `Ship ${shipments.length}` as Message)
  if (!isShipped(goods)) return
  shipments.forEach((state, index) => {
    if (state !== 'consumed' && !(state === 'requested' && broken.has('deliversUnconsumed'))) return
    const after = shipments.with(index, 'delivered')
    const isComplete = after.length === ordered && after.every((each) => each === 'delivered')
    act(`deliver ${index}`, { shipments: after, status: isComplete ? 'completed' : status })
  })
  if (broken.has('completesUndelivered') && status === 'shipped' && shipments.length === ordered)
    act('complete', { status: 'completed' })

  if (returns < shipments.length || (broken.has('returnsUnshipped') && returns < 3))
    act('return', { returns: returns + 1 })
  const gone = broken.has('restocksRequested') ? shipments : shipments.filter((state) => state !== 'requested')
  const mayRestock = restocks.length < gone.length || (broken.has('restocksUnshipped') && restocks.length < 3)
  if (!mayRestock) return
  const restock = (of?: number) => ({ restocks: [...restocks, { of, state: 'requested' } satisfies Restock] })
  const message = `Return ${restocks.length}` as Message
  send('refund and restock', restock(), message)
  for (let of = 0; of < returns; of++)
    if (broken.has('paysReturnTwice') || restocks.every((each) => each.of !== of))
      send(`refund and restock return ${of}`, restock(of), message)
}

/** Answers of the product service; one that fits no step is ignored. */
function answerSteps({ goods, broken, on }: Turn): void {
  const { status, shipments, restocks } = goods
  const isDistrusted = status === 'freeing' && broken.has('distrustsOldAnswers')
  if (isDistrusted) on('Allocated', { alarm: 'not freed' })
  else on('Allocated', status === 'authorised' ? { status: 'confirmed' } : {})
  on('Released', status === 'freeing' ? { status: 'refunding' } : {})
  const isOver = status === 'cancelled' || (broken.has('overdueEndsShipped') && isShipped(goods))
  if (isOver) on('Overdue', {}, 'Release')
  else on('Overdue', {})
  shipments.forEach((state, index) =>
    on(`Consumed ${index}` as Message, state === 'requested' ? { shipments: shipments.with(index, 'consumed') } : {}),
  )
  restocks.forEach((each, index) =>
    on(`Restocked ${index}` as Message, { restocks: restocks.with(index, { ...each, state: 'done' }) }),
  )
}

/** Commands that a sweeper repeats, from the document alone (R9). */
function* commandsOf({ status, shipments, restocks }: Goods, broken: Turn['broken']): Generator<Message> {
  if (status === 'authorised') yield 'Allocate'
  if (status === 'freeing') yield 'Freed'
  if (status === 'completed' && broken.has('sweepsNotCompleted')) return
  for (const [index, state] of shipments.entries()) {
    const isNewest = index === shipments.length - 1
    if (state === 'requested' && (isNewest || !broken.has('repeatsNewestOnly'))) yield `Ship ${index}` as Message
  }
  for (const [index, { state }] of restocks.entries()) if (state === 'requested') yield `Return ${index}` as Message
}

export function orderSteps(turn: Turn): void {
  const { goods, broken, net, send } = turn
  actSteps(turn)
  answerSteps(turn)
  if (broken.has('noGoodsSweeper')) return
  for (const message of commandsOf(goods, broken))
    if ((goods.net & net.bit[message]) === 0) send(`repeat ${message}`, {}, message)
}
