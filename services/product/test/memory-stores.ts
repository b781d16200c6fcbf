export {
  type MemoryOutboxEntry,
  type MemoryReservation,
  memoryReservationStore,
  type MemoryReservationStore,
} from './memory-reservation-store.ts'
export { memoryStock, type MemoryStock, memoryStockStore, type MemoryStockStore } from './memory-stock-store.ts'
