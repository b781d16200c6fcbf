import { SignedIn } from '@toko/contracts'
import { createHttpClient, type HttpClient, ProblemAnswer, serviceToken } from '@toko/http'
import { createLogger, createMetrics } from '@toko/runtime'
import { Failure } from '../io/failure.ts'
import { type Accounts, accountsFile, cliSecret, knownAccounts } from './accounts.ts'

export interface ShopUrls {
  readonly userUrl: string
  readonly productUrl: string
  readonly orderUrl: string
  readonly paymentUrl: string
}

export interface ShopConnection {
  readonly user: HttpClient
  readonly product: HttpClient
  readonly order: HttpClient
  readonly payment: HttpClient
  /** Authorization of the shop's own staff account. @throws Failure when there is none here */
  asStaff(): Promise<{ authorization: string }>
  /** Authorization of this command as a service. @throws Failure when the secret is not here */
  asCli(): Promise<{ authorization: string }>
  close(): Promise<void>
}

/** Renewed well before its 5 minutes are over. */
const tokenLifeMs = 3 * 60_000

/** The services' public APIs, with the data folder's accounts and secrets for what needs a sign-in. */
export function connect(urls: ShopUrls, dataDir: string): ShopConnection {
  const metrics = createMetrics('cli', { processMetrics: false })
  const log = createLogger('cli', 'silent')
  const client = (target: string, baseUrl: string) =>
    createHttpClient({
      name: 'cli',
      target: `${target}-service`,
      baseUrl,
      timeoutMs: 10_000,
      maxAnswerBytes: 32 * 1_048_576,
      metrics,
      log,
    })
  const clients = {
    user: client('user', urls.userUrl),
    product: client('product', urls.productUrl),
    order: client('order', urls.orderUrl),
    payment: client('payment', urls.paymentUrl),
  }
  let staff: { headers: { authorization: string }; untilMs: number } | undefined

  async function signIn({ email, password }: Accounts['staff']): Promise<string> {
    const { body } = await clients.user.call({
      method: 'POST',
      path: '/sessions',
      body: { email, password, device: 'toko command' },
      answer: { 201: SignedIn },
    })
    return `Bearer ${body.accessToken}`
  }

  return {
    ...clients,
    async asStaff() {
      if (staff && performance.now() < staff.untilMs) return staff.headers
      const accounts = knownAccounts(dataDir)
      if (!accounts) throw new Failure(`no staff account in ${accountsFile(dataDir)}: run toko seed first`, 2)
      const authorization = await signIn(accounts.staff).catch((error: unknown) => {
        if (error instanceof ProblemAnswer && error.status === 401)
          throw new Failure(`the shop refuses the account in ${accountsFile(dataDir)}: run toko seed again`, 2)
        throw error
      })
      staff = { headers: { authorization }, untilMs: performance.now() + tokenLifeMs }
      return staff.headers
    },
    async asCli() {
      const secret = cliSecret(dataDir)
      if (!secret)
        throw new Failure(
          `no secret of this command in ${dataDir}/secrets.json: start the shop with toko run, or set TOKO_CLI_SECRET`,
          2,
        )
      return { authorization: `Bearer ${await serviceToken('cli', 'user', secret)()}` }
    },
    async close() {
      for (const each of Object.values(clients)) await each.stop?.()
    },
  }
}
