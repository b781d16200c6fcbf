export { createRpcClient, type RpcClientOptions } from './client/rpc-client.ts'
export { largeAnswersBy } from './client/large-answers.ts'
export { rpcMethods, type RpcMethodsOptions } from './server/rpc-methods.ts'
export { rpcServer } from './server/rpc-server.ts'
