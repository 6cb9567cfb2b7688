import { type SpawnOptions, spawn } from 'node:child_process';

/** Runs a program to its end with `input` on stdin. Rejects with what it wrote where it fails. */
export function run(command: string, args: string[], options: SpawnOptions, input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'pipe' });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.stdin?.on('error', keep.bind(null, Buffer.from('it did not read its input\n')));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code ?? signal}:\n${output}`)),
    );
    child.stdin?.end(input);
  });
}
