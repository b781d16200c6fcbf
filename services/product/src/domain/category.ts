export interface CategoryData {
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly position: number
}

export interface StoredCategory extends CategoryData {
  readonly _id: string
  readonly rev: number
}
