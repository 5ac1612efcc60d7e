/** `npm start`: prepares the checkout, then runs `tessera serve` with the arguments given. */
process.env.UV_THREADPOOL_SIZE ??= '16';
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { prepare, root } = require('./prepare.cjs');

prepare();
process.argv.splice(2, 0, 'serve');
void import(pathToFileURL(path.join(root, 'dist', 'main.js')).href);
