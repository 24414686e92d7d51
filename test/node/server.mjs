// Starts the servers under test.
import { spawn } from 'node:child_process';

/**
 * Runs a program that serves MCP over HTTP on a free port and tells so on
 * stderr. Resolves to its endpoint and a function that ends it.
 */
export function serveHTTP(program, args = [], env = {}) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let told = '';
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${told}`)));
    child.stderr.on('data', (data) => {
      told += data;
      const url = told.match(/MCP at (http:\/\/\S+)/)?.[1];
      if (url) resolve({ url, stop: () => end(child) });
    });
  });
}

function end(child) {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}
