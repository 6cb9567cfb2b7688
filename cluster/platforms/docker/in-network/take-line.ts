import type { Socket } from 'node:net';

const longest = 300;

/** Takes the first line from a socket, without its end; what comes behind it stays to be read. Rejects where the socket ends before, or there is none within 300 bytes. */
export function takeLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let taken = Buffer.alloc(0);
    const finish = (): void => {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
    };
    const listeners = {
      readable: () => {
        for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
          taken = Buffer.concat([taken, chunk as Buffer]);
          const end = taken.indexOf('\n');
          if (end < 0 && taken.length < longest) continue;
          finish();
          if (end < 0) return reject(new Error('a line was expected'));
          if (end + 1 < taken.length) socket.unshift(taken.subarray(end + 1));
          return resolve(taken.toString('utf8', 0, end));
        }
      },
      end: () => {
        finish();
        reject(new Error('the connection ended before its first line'));
      },
      close: () => {
        finish();
        reject(new Error('the connection was closed before its first line'));
      },
      error: (error: Error) => {
        finish();
        reject(error);
      },
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
  });
}
