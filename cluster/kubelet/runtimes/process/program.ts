/** The program and arguments to run: `node` is the Node that runs this, whatever PATH has. */
export function resolveProgram(command: string[]): [string, ...string[]] {
  const [program, ...args] = command;
  if (!program) throw new Error('no command specified');
  return [program === 'node' ? process.execPath : program, ...args];
}

/** Why a program could not be started, in a container runtime's words where it has some. */
export function spawnProblem(command: string[], error: NodeJS.ErrnoException): Error {
  const program = command[0] ?? '';
  // A name alone is looked for in all of PATH, whatever kept one of its folders from being read.
  const isPath = program.includes('/');
  const why =
    error.code === 'ENOENT' || (error.code === 'EACCES' && !isPath)
      ? isPath
        ? 'no such file or directory'
        : 'executable file not found in $PATH'
      : error.code === 'EACCES'
        ? 'permission denied'
        : error.message;
  return new Error(`exec: ${JSON.stringify(program)}: ${why}`, { cause: error });
}
