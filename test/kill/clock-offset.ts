// Preload of a service process: its clock port is off by CLOCK_OFFSET_MS. Only the port is moved, by which the service
// decides when something is tried (R14): with the whole process an hour off its tokens would be refused, and nothing tested.
import { systemClock } from '@toko/runtime'

const offsetMs = Number(process.env['CLOCK_OFFSET_MS'] ?? 0)
if (offsetMs !== 0) systemClock.now = () => Date.now() + offsetMs
