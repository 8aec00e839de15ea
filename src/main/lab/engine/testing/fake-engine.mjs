// A child process that behaves as a test tells it, by the size in a self-test request or by the backend's path in start.
process.on('message', (/** @type {import('../../../engine/protocol').ToEngine} */ { id, request }) => {
  /** @param {unknown} value */
  const reply = (value) => process.send?.({ type: 'reply', id, ok: true, value })
  if (request.kind === 'start') {
    const how = request.start.bindingPath
    if (how === 'silent') return
    if (how === 'refuses') {
      process.send?.({ type: 'reply', id, ok: false, kind: 'engine', message: 'No such binding.', hint: 'Repair it.' })
      return
    }
    if (how === 'crashes') {
      console.error('WARNING: All log messages before absl::InitializeLog() is called are written to STDERR')
      console.error('I0000 00:00:1795932471.274176    5863 port.cc:153] oneDNN custom operations are on.')
      console.error('libtensorflow: cannot open shared object file')
      process.exit(127)
    }
    const { lanes } = request.start
    const info = {
      backend: 'cpu',
      device: 'CPU',
      tensorflow: null,
      tfjs: '4',
      node: process.version,
      threads: process.pid,
    }
    reply({ ...info, ...(lanes ? { lanes } : {}) })
  } else if (request.kind === 'self-test') {
    if (request.size === 1) process.exit(3)
    if (request.size === 2) process.kill(process.pid, 'SIGSEGV')
    if (request.size === 3) return
    if (request.size === 4) {
      console.error("terminate called after throwing an instance of 'std::bad_alloc'")
      process.kill(process.pid, 'SIGABRT')
    }
    process.send?.({ type: 'event', event: { kind: 'log', level: 'info', message: `size ${request.size}` } })
    reply({ gflops: 1, error: 0 })
  } else if (request.kind === 'halt') {
    for (;;);
  } else if (request.kind === 'quit') {
    reply(null)
    process.disconnect()
  }
})
