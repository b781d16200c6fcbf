import { type CategoryPatch, errors, type NewCategory } from '@toko/contracts'
import type { StoredCategory } from '../domain/category.ts'
import { slugOf } from '../domain/product.ts'
import type { Catalogue } from './catalogue.ts'
import { takenError } from './change-product.ts'

/** @throws conflict for a taken slug */
export async function createCategory(catalogue: Catalogue, category: NewCategory): Promise<StoredCategory> {
  const { categories, clock, newId } = catalogue
  const id = newId('cat')
  const { name, description, position } = category
  const slug = category.slug ?? (slugOf(name) || id.slice(-8))
  const inserted = await categories.insert(id, { slug, name, description, position }, clock.now())
  if (inserted === 'slug') throw takenError('slug')
  return inserted
}

/** @throws not-found, precondition-failed, conflict for a taken slug */
export async function editCategory(
  { categories, clock }: Catalogue,
  id: string,
  patch: CategoryPatch,
  revision: number,
): Promise<StoredCategory> {
  const category = await categories.get(id)
  if (!category) throw errors.notFound()
  if (category.rev !== revision) throw errors.preconditionFailed()
  const data = {
    slug: patch.slug ?? category.slug,
    name: patch.name ?? category.name,
    description: patch.description ?? category.description,
    position: patch.position ?? category.position,
  }
  const written = await categories.write(id, revision, data, clock.now())
  if (written === 'slug') throw takenError('slug')
  if (!written) throw errors.preconditionFailed()
  return written
}
