export { type Address, createShop, type Shop } from './shop.ts'
