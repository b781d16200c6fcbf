/** Where a running shop answers, and an account of its staff: all that the acceptance suite knows of it. */
export interface Shop {
  readonly urls: Readonly<Record<'user' | 'product' | 'order' | 'payment', string>>
  /** Not started by the suite: its time limits are its own. */
  readonly isGiven?: boolean
  readonly staff: { readonly email: string; readonly password: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    shop: Shop
  }
}
