// Runs a command on the dependencies that package-lock.json names, installing them first where they are missing:
//   node tools/with-dependencies.mjs <command> [args…]
// Plain JavaScript for any Node 20 or newer, since it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { constants, hostname } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 20;
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stateDir = join(root, '.local');
const lockFile = join(stateDir, 'install.lock');
const logFile = join(stateDir, 'install.log');
const lockIntervalMs = 500;
const heartbeatMs = 5_000;
const staleAfterMs = 30_000;

// Node keeps compiled code there, and starts every program in half the time.
const compiled = { NODE_COMPILE_CACHE: join(modules, '.cache', 'node') };
// oxlint-disable-next-line node/no-process-env -- handed on to the command as it is
const environment = { ...compiled, ...process.env };

const [command, ...args] = process.argv.slice(2);
if (command === undefined) end('usage: node tools/with-dependencies.mjs <command> [args…]', 2);
if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  end(`Node.js ${process.versions.node} is too old: install Node.js ${oldestNode} or newer`);
}
if (!installed()) await install();
await run();

/** Whether node_modules holds what the lock file names; npm notes in it what it put there. */
function installed() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (wanted === null) end('package-lock.json is missing or is not JSON: check it out again');
  const present = packagesOf(join(modules, '.package-lock.json'));
  if (present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // Optional ones are left out where the machine is of another kind.
    if (found === undefined) return entry.optional === true;
    return (
      found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link
    );
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

async function install() {
  const path = pathWithoutModules();
  requireMachineNode(path);
  mkdirSync(stateDir, { recursive: true });
  await acquireLock();
  // Another process may have installed them while this one waited.
  const failure = installed() ? null : await npmCi(path);
  rmSync(lockFile, { force: true });
  if (failure !== null) end(failure.message, failure.status);
}

/** npm ci removes node_modules, so it must not run on the Node that lies in there. */
function pathWithoutModules() {
  const entries = (environment.PATH ?? '').split(delimiter);
  return entries.filter((entry) => !`${resolve(entry)}/`.startsWith(`${modules}/`)).join(delimiter);
}

function requireMachineNode(path) {
  const asked = spawnSync('node', ['--version'], { env: { ...environment, PATH: path }, encoding: 'utf8' });
  const version = asked.stdout?.trim().replace('v', '') ?? '';
  if (Number(version.split('.')[0]) >= oldestNode) return;
  end(
    `${version === '' ? 'no Node.js is on the PATH' : `Node.js ${version} is too old`}: install Node.js ${oldestNode} or newer`,
  );
}

async function npmCi(path) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1_000);
  say('installing dependencies (npm ci), once per change of package-lock.json');
  const progress = setInterval(() => {
    utimesSync(lockFile, new Date(), new Date());
    say(`installing dependencies … ${seconds()} s`);
  }, heartbeatMs);
  const log = openSync(logFile, 'w');
  try {
    const options = ['ci', '--loglevel=error', '--no-audit', '--no-fund'];
    const npm = spawn('npm', options, {
      cwd: root,
      env: { ...environment, PATH: path },
      stdio: ['ignore', log, log],
    });
    const stop = forwardSignals(npm);
    const { code, signal, error } = await ending(npm);
    stop();
    if (error !== undefined) {
      return {
        message: `npm does not start (${error.message}): install npm, which comes with Node.js`,
        status: 1,
      };
    }
    if (signal !== null) return { message: 'interrupted', status: statusOf(signal) };
    if (code !== 0) {
      return {
        message: `npm ci failed with "${firstFault()}": see .local/install.log, then run this again`,
        status: 1,
      };
    }
    say(`dependencies installed in ${seconds()} s`);
    return null;
  } finally {
    clearInterval(progress);
    closeSync(log);
  }
}

function firstFault() {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => line !== '' && !line.startsWith('code ')) ?? 'no message';
}

async function acquireLock() {
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  for (let waits = 0; ; waits++) {
    try {
      writeFileSync(lockFile, own, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (holderIsGone()) {
      takeAway();
      continue;
    }
    if (waits % 10 === 0) say('another process is installing dependencies; waiting for it');
    await new Promise((done) => setTimeout(done, lockIntervalMs));
  }
}

/** Of several processes that find the lock stale, one alone succeeds in renaming it. */
function takeAway() {
  const aside = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function holderIsGone() {
  try {
    if (Date.now() - statSync(lockFile).mtimeMs > staleAfterMs) return true;
    const { pid, host } = JSON.parse(readFileSync(lockFile, 'utf8'));
    // A process of another machine, or container, can only be judged by its heartbeat.
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

async function run() {
  const path = [join(modules, '.bin'), pathWithoutModules()].join(delimiter);
  const child = spawn(command, args, { env: { ...environment, PATH: path }, stdio: 'inherit' });
  forwardSignals(child);
  stopWithNpm(child);
  const { code, signal, error } = await ending(child);
  if (error !== undefined)
    end(`${command} does not start: ${error.message}`, error.code === 'ENOENT' ? 127 : 126);
  process.exit(code ?? statusOf(signal));
}

/** An npm that is killed outright passes no signal on; its script must not go on without anybody to stop it. */
function stopWithNpm(child) {
  if (environment.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 500);
  timer.unref();
}

/** Hands signals on, except those that a terminal or the child's own group has already given it. */
function forwardSignals(child) {
  const sent = new Map();
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      if (signal !== 'SIGTERM' && inForegroundOfTerminal()) return;
      // npm repeats to its script what the group was sent as a whole.
      if (Date.now() - (sent.get(signal) ?? 0) < 1_000) return;
      sent.set(signal, Date.now());
      child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => handlers.forEach((remove) => remove());
}

/** Whether a terminal's Ctrl-C reaches this process's group, and so the child as well. */
function inForegroundOfTerminal() {
  try {
    // After the name in parentheses: state, parent, group, session, terminal, the terminal's foreground group.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return process.stdin.isTTY === true || process.stdout.isTTY === true || process.stderr.isTTY === true;
  }
}

function ending(child) {
  return new Promise((done) => {
    child.once('error', (error) => done({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => done({ code, signal }));
  });
}

function statusOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function end(text, status = 1) {
  say(text);
  process.exit(status);
}
