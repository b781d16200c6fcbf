import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSku, type ProductUnderTest, startProduct, times } from './harness.ts'

let product: ProductUnderTest

beforeAll(async () => {
  product = await startProduct()
})
afterAll(async () => {
  await product.stop()
})

const price = { amount: 99_000, currency: 'IDR' }
const create = (fields: object = {}) => product.call('POST', '/products', { title: 'Cedar bowl', ...fields })
const ifMatch = (version: number) => ({ headers: { 'if-match': `"${version}"` } })
const shopper = (path: string) => product.call('GET', path, undefined, { as: 'nobody' })

describe('products', () => {
  it('begin as drafts that only staff sees, and are found once published', async () => {
    const sku = newSku()
    const made = await create({ variants: [{ sku, price, options: { size: 'L' } }], tags: ['wood'] })
    const path = `/products/${made.body.id}`
    expect(made).toMatchObject({ status: 201, body: { status: 'draft', stockLevel: 'out', priceMin: price } })
    expect([made.headers.get('location'), made.headers.get('etag')]).toEqual([path, '"1"'])
    expect((await shopper(path)).status).toBe(404)
    expect((await shopper(`/products?ids=${made.body.id}`)).body).toMatchObject({ items: [], missing: [made.body.id] })
    expect((await product.call('GET', path)).status).toBe(200)
    expect((await product.call('POST', `${path}/publications`)).status).toBe(201)
    expect((await product.call('POST', `${path}/publications`)).body.version).toBe(2)
    const seen = await shopper(path)
    expect(seen.headers.get('cache-control')).toBe('public, max-age=30')
    expect((await product.call('GET', path)).headers.get('cache-control')).toBe('private, no-cache')
    expect(JSON.stringify(seen.body)).not.toMatch(/onHand|available|reserved|stockRev/)
    const again = await product.call('GET', path, undefined, { as: 'nobody', headers: { 'if-none-match': '"2"' } })
    expect(again.status).toBe(304)
    expect((await product.call('DELETE', `${path}/publications`)).status).toBe(204)
    expect((await shopper(path)).status).toBe(404)
  })

  it('need a variant to be published', async () => {
    const { body } = await create()
    expect((await product.call('POST', `/products/${body.id}/publications`)).body.code).toBe('conflict')
    expect(body).toMatchObject({ priceMin: null, priceMax: null, variants: [] })
  })

  it('are changed at the revision that was seen: 428, 412, 200', async () => {
    const { body } = await create()
    const path = `/products/${body.id}`
    expect((await product.call('PATCH', path, { title: 'x' })).status).toBe(428)
    expect((await product.call('PATCH', path, { title: 'x' }, ifMatch(7))).status).toBe(412)
    const changes = await times(10, (i) => product.call('PATCH', path, { title: `Bowl ${i}` }, ifMatch(1)))
    expect(changes.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 412)])
    expect((await product.call('GET', path)).body.version).toBe(2)
  })

  it('are not closed to an edit by a sale in between, but by another edit', async () => {
    const sku = newSku()
    const { id, version: seen } = await product.sell([sku], 0)
    await product.adjust(sku, { setTo: 9 })
    const path = `/products/${id}`
    await eventually(async () => expect((await product.call('GET', path)).body.stockLevel).toBe('in-stock'))
    expect((await product.call('GET', path)).body.version).toBeGreaterThan(seen)
    expect((await product.call('PATCH', path, { title: 'Mine' }, ifMatch(seen))).status).toBe(200)
    expect((await product.call('PATCH', path, { title: 'Late' }, ifMatch(seen))).status).toBe(412)
    const { version } = (await product.call('GET', path)).body
    expect((await product.call('PATCH', path, { title: 'Future' }, ifMatch(version + 1))).status).toBe(412)
  })

  it('keep old slugs as links, and a taken one is refused', async () => {
    const slug = `bowl-${newId('evt').slice(-8)}`
    const sold = await product.sell([newSku()], 1, { slug })
    expect((await create({ slug })).body).toMatchObject({ code: 'conflict', taken: 'slug' })
    const { version } = (await product.call('GET', `/products/${sold.id}`)).body
    await product.call('PATCH', `/products/${sold.id}`, { slug: `${slug}-2` }, ifMatch(version))
    for (const each of [slug, `${slug}-2`])
      expect((await shopper(`/products?slug=${each}`)).body.items[0]).toMatchObject({ id: sold.id, slug: `${slug}-2` })
    expect((await shopper('/products?slug=no-such-thing')).status).toBe(404)
  })

  it('get a slug of their title, distinct also when 10 are made at once', async () => {
    const title = `Éclair & tea ${newId('evt').slice(-6)}`
    const made = await times(10, () => create({ title }))
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]))
    const slugs = made.map(({ body }) => body.slug as string)
    expect(new Set(slugs).size).toBe(10)
    expect(slugs.every((slug) => slug.startsWith('eclair-tea-'))).toBe(true)
  })

  it('are archived for ever', async () => {
    const { id } = await product.sell([newSku()], 1)
    const { version } = (await product.call('GET', `/products/${id}`)).body
    expect((await product.call('DELETE', `/products/${id}`)).status).toBe(428)
    expect((await product.call('DELETE', `/products/${id}`, undefined, ifMatch(version))).status).toBe(204)
    expect((await shopper(`/products/${id}`)).status).toBe(404)
    expect((await product.call('POST', `/products/${id}/publications`)).status).toBe(409)
    expect((await product.call('GET', `/products/${id}`)).body.status).toBe('archived')
  })

  it('refuse unknown categories and images that are no path or https address', async () => {
    const unknown = await create({ categoryIds: [newId('cat')] })
    expect(unknown.body.errors[0]).toMatchObject({ pointer: '/categoryIds/0' })
    for (const url of ['javascript:alert(1)', '//evil.test/x.png', 'http://a.test/x.png', 'data:image/png;base64,x'])
      expect((await create({ images: [{ url, alt: '' }] })).status, url).toBe(400)
  })
})

describe('variants', () => {
  it('have a SKU that is theirs alone, also when 10 products want it at once', async () => {
    const sku = newSku()
    const made = await times(10, () => create({ variants: [{ sku, price }] }))
    expect(made.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(made.find(({ status }) => status === 409)!.body.taken).toBe('sku')
    expect(
      (
        await create({
          variants: [
            { sku: 'A-1', price },
            { sku: 'A-1', price },
          ],
        })
      ).status,
    ).toBe(400)
    const { id } = made.find(({ status }) => status === 201)!.body
    const added = await times(5, () => product.call('POST', `/products/${id}/variants`, { sku: `${sku}-B`, price }))
    expect(added.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409])
  })

  it('are read in a batch with what a cart shows', async () => {
    const [a, b] = [newSku(), newSku()]
    const { id, title, slug } = await product.sell([a, b], 9)
    const { body } = await shopper(`/variants?sku=${b},NO-1,${a},${b}`)
    expect(body.items.map(({ sku }: { sku: string }) => sku)).toEqual([b, a])
    expect(body).toMatchObject({
      items: [{ productId: id, title, slug, price: { amount: 12_500 } }, {}],
      missing: ['NO-1'],
    })
    const many = Array.from({ length: 101 }, (_, i) => `S-${i}`).join(',')
    for (const query of ['', '?sku=', '?sku=a', `?sku=${many}`, '?sku=A,,B'])
      expect((await shopper(`/variants${query}`)).status, query.slice(0, 20)).toBe(400)
  })

  it('keep one currency per product and move its price range', async () => {
    const [a, b] = [newSku(), newSku()]
    const { id } = await product.sell([a], 0)
    const path = `/products/${id}/variants`
    const dollars = { amount: 1, currency: 'USD' }
    expect((await product.call('POST', path, { sku: b, price: dollars })).status).toBe(409)
    expect((await product.call('POST', path, { sku: b, price })).body).toMatchObject({
      priceMin: { amount: 12_500 },
      priceMax: price,
    })
    const { version } = (await product.call('GET', `/products/${id}`)).body
    const patched = await product.call(
      'PATCH',
      `/variants/${b}`,
      { price: { amount: 5, currency: 'IDR' } },
      ifMatch(version),
    )
    expect(patched).toMatchObject({ status: 200, body: { sku: b, price: { amount: 5 } } })
    const after = (await product.call('GET', `/products/${id}`)).body
    expect(after.priceMin.amount).toBe(5)
    const refused = await product.call('PATCH', `/variants/${b}`, { price: dollars }, ifMatch(after.version))
    expect(refused.status).toBe(409)
    expect((await product.call('PATCH', '/variants/NO-1', { price }, ifMatch(1))).status).toBe(404)
  })

  it('show a coarse level that follows the stock', async () => {
    const sku = newSku()
    const { id } = await product.sell([sku], 7)
    const level = async () => {
      const { body } = await shopper(`/products/${id}`)
      expect(body.variants[0].stockLevel).toBe(body.stockLevel)
      return body.stockLevel as string
    }
    await eventually(async () => expect(await level()).toBe('in-stock'))
    const orderId = newId('ord')
    await product.reserve(orderId, [sku], 3)
    await eventually(async () => expect(await level()).toBe('low'))
    await product.reserve(newId('ord'), [sku], 4)
    await eventually(async () => expect(await level()).toBe('out'))
    await product.setState(orderId, 'released')
    await eventually(async () => expect(await level()).toBe('low'))
    // A copy that was missed is found by the repair.
    await product.products.updateOne(
      { _id: id },
      { $set: { 'variants.0.stockLevel': 'out', 'variants.0.stockRev': 0, stockLevel: 'out' } },
    )
    await eventually(async () => expect(await level()).toBe('low'))
  })
})

describe('categories', () => {
  it('are made, changed at the revision seen, and listed', async () => {
    const name = `Tea ${newId('evt').slice(-6)}`
    const made = await product.call('POST', '/categories', { name, position: 3 })
    expect(made).toMatchObject({ status: 201, body: { name, position: 3, version: 1 } })
    const path = `/categories/${made.body.id}`
    expect((await product.call('POST', '/categories', { name })).body.taken).toBe('slug')
    expect((await product.call('PATCH', path, { name: 'Teas' })).status).toBe(428)
    expect((await product.call('PATCH', path, { name: 'Teas' }, ifMatch(1))).body).toMatchObject({
      name: 'Teas',
      version: 2,
    })
    expect((await product.call('PATCH', path, { name: 'Tea' }, ifMatch(1))).status).toBe(412)
    const { body, headers } = await shopper('/categories?limit=100')
    expect(body.items).toContainEqual(expect.objectContaining({ id: made.body.id, name: 'Teas' }))
    expect(headers.get('cache-control')).toBe('public, max-age=30')
  })
})

describe('drawn images', () => {
  it('are equal for equal input, escaped, and cached', async () => {
    const { id } = await product.sell([newSku()], 0, { title: '<script>"alert"</script> & tea' })
    const image = await shopper(`/images/${id}.svg`)
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    expect(image.headers.get('cache-control')).toBe('public, max-age=3600')
    expect(image.body).toMatch(/^<svg xmlns=/)
    expect(image.body).not.toMatch(/<script|alert"/)
    expect(image.body).toContain('aria-label="&lt;script&gt;&quot;alert&quot;&lt;/script&gt; &amp; tea"')
    const again = await product.call('GET', `/images/${id}.svg`, undefined, {
      as: 'nobody',
      headers: { 'if-none-match': image.headers.get('etag')!, accept: 'image/avif,image/webp,image/*,*/*;q=0.8' },
    })
    expect(again.status).toBe(304)
    expect((await shopper(`/images/${newId('prd')}.svg`)).status).toBe(404)
  })
})
