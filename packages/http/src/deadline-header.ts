/** Milliseconds that the caller still waits. Remaining time, not a moment, so that clock skew doesn't matter. */
export const deadlineHeader = 'x-request-timeout-ms'
