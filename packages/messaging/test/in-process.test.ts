import { busSuite } from './bus-suite.ts'
import { inProcessHarness } from './in-process-harness.ts'

busSuite(inProcessHarness)
