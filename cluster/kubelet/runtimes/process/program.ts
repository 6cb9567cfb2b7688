/** The program and arguments to run: `node` is the Node that runs this, whatever PATH has. */
export function resolveProgram(command: string[]): [string, ...string[]] {
  const [program, ...args] = command;
  if (!program) throw new Error('no command specified');
  return [program === 'node' ? process.execPath : program, ...args];
}

/** Why a program could not be started, in a container runtime's words where it has some. */
export function spawnProblem(command: string[], error: NodeJS.ErrnoException): Error {
  const program = JSON.stringify(command[0] ?? '');
  if (error.code === 'ENOENT')
    return new Error(
      `exec: ${program}: ${command[0]?.includes('/') ? 'no such file or directory' : 'executable file not found in $PATH'}`,
      {
        cause: error,
      },
    );
  if (error.code === 'EACCES') return new Error(`exec: ${program}: permission denied`, { cause: error });
  return new Error(`exec: ${program}: ${error.message}`, { cause: error });
}
