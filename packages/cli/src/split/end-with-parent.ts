// Preload of every replica: whoever started it holds a channel to it, so the replica ends when that process is gone,
// however it went.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
