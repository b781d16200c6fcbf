import { inject } from 'vitest'
import { busSuite } from '../bus-suite.ts'
import { rabbitHarness } from './rabbit-harness.ts'

busSuite(rabbitHarness(inject('amqpUrl')))
