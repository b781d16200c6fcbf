export { program } from './program.ts'
export { connect, type ShopConnection, type ShopUrls } from './shop/connect.ts'
export { readBooks } from './shop/read-books.ts'
export * from './verify/index.ts'
