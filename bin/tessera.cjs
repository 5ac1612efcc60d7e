#!/usr/bin/env node
// CommonJS, so that the size of the thread pool is set before anything starts it: DuckDB holds a
// thread for each running query, and the four that Node gives by default would starve file access.
process.env.UV_THREADPOOL_SIZE ??= '16';
void import('../dist/main.js');
