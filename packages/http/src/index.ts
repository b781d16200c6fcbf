export type { Express } from 'express'
export type { JWTVerifyGetKey } from 'jose'
export { hasRole, type Principal, type ServicePrincipal, type UserPrincipal } from './auth/principal.ts'
export { serviceToken, serviceVerifier } from './auth/service-tokens.ts'
export { fetchedKeys, remoteKeys, tokenProfile, type UserVerifier, userVerifier } from './auth/user-tokens.ts'
export { authenticate, type Verifiers } from './auth/authenticate.ts'
export { signWebhook, verifyWebhook, webhookSignatureHeader } from './auth/webhook-signature.ts'
export * from './client/index.ts'
export { type ApiInfo, describeApi } from './openapi/describe-api.ts'
export { type AppOptions, createApp } from './server/create-app.ts'
export { decodeCursor, encodeCursor } from './server/cursor.ts'
export { type HttpListener, httpListener } from './server/http-listener.ts'
export { idempotencyKeyHeader } from './server/preconditions.ts'
export { type ErrorTranslator, problemDocument, toProblem } from './server/problem-answer.ts'
export { type GivenRequest, readRequest } from './server/read-request.ts'
export { requestIdOf } from './server/request-id.ts'
export { assertDeclared } from './server/respond.ts'
export {
  type Answer,
  type Auth,
  type Connection,
  type Route,
  route,
  type RouteRequest,
  type RouteSpec,
} from './server/route.ts'
export { budgetMsOf, runRoute } from './server/run-route.ts'
export { type ServiceHttp, serviceHttp } from './server/service-http.ts'
