/**
 * Brings a checkout to the point where it can run: dependencies as locked, sources compiled.
 * Does nothing, in a few milliseconds, when nothing has changed since the last time.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const installStamp = path.join(root, 'node_modules', '.tessera-install');
const buildStamp = path.join(root, 'dist', '.tessera-build');

exports.root = root;

exports.prepare = () => {
  checkNodeVersion();
  const installed = install();
  build(installed);
};

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Tessera needs Node 20.19 or newer; this is ${process.version}.`);
}

function install() {
  const wanted = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (readText(installStamp) === wanted) return false;
  console.error('tessera: installing dependencies …');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  fs.writeFileSync(installStamp, wanted);
  return true;
}

function build(forced) {
  const wanted = sourcesFingerprint();
  if (!forced && readText(buildStamp) === wanted) return;
  console.error('tessera: building …');
  // A file that was renamed or removed must not live on in the output.
  fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [compiler, '-p', 'tsconfig.build.json']);
  fs.writeFileSync(buildStamp, wanted);
}

/** Names, sizes and times of all sources: enough to see a change without reading them. */
function sourcesFingerprint() {
  const hash = createHash('sha256');
  const visit = (folder) => {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (!/\.(test|bench|test-support)\.ts$/.test(entry.name)) addFile(hash, file);
    }
  };
  visit(path.join(root, 'src'));
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) addFile(hash, path.join(root, name));
  return hash.digest('hex');
}

function addFile(hash, file) {
  const stat = fs.statSync(file);
  hash.update(`${path.relative(root, file)} ${stat.size} ${stat.mtimeMs}\n`);
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined; // not there yet
  }
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) fail(`${command} ${args.join(' ')} failed with ${result.status}.`);
}

function fail(message) {
  console.error(`tessera: ${message}`);
  process.exit(1);
}
