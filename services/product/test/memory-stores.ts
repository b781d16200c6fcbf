export { memoryReservationStore } from './memory-reservation-store.ts'
export { memoryStock, type MemoryStock, memoryStockStore } from './memory-stock-store.ts'
