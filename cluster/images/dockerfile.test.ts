import { readDockerfile } from './dockerfile.ts';

test('the last stage says what runs, in which environment and folder', () => {
  const image = readDockerfile(
    `# syntax=docker/dockerfile:1
ARG NODE=20
FROM node:\${NODE}-slim AS build
WORKDIR /src
RUN npm ci
FROM node:\${NODE}-slim
WORKDIR /app
COPY --from=build /src \\
  .
ARG SERVICE
ARG DEFECT=none
ENV SERVICE=$SERVICE DEFECT=\${DEFECT} TEXT="two words" \\
    FALLBACK=\${NOPE:-there}
ENV OLD the old form
WORKDIR dist/shop/$SERVICE
USER node
EXPOSE 8083
ENTRYPOINT ["node"]
CMD ["main.js", "--flag"]
`,
    { SERVICE: 'product' },
  );
  expect(image).toEqual({
    command: ['node', 'main.js', '--flag'],
    env: { SERVICE: 'product', DEFECT: 'none', TEXT: 'two words', FALLBACK: 'there', OLD: 'the old form' },
    folder: 'dist/shop/product',
    notDone: ['line 8: COPY --from=build /src    .', 'line 16: USER node'],
  });
});

test('a stage goes on from one by its name, and the shell form runs by a shell', () => {
  const image = readDockerfile('FROM a AS one\nENV A=1\nWORKDIR /x\nFROM one\nENV B=$A\nCMD node main.js', {});
  expect(image).toMatchObject({ command: ['/bin/sh', '-c', 'node main.js'], env: { A: '1', B: '1' }, folder: '' });
});

test.each([
  ['', {}, 'no FROM'],
  ['CMD ["a"]', {}, 'line 1: CMD ["a"]: it comes before the first FROM'],
  ['FROM a\nWORKDIR /a', {}, 'no CMD and no ENTRYPOINT'],
  ['FROM a\nCOMMAND x', {}, 'line 2: COMMAND x: there is no such instruction'],
  ['FROM a\nWORKDIR /a\nWORKDIR /b\nCMD x', {}, 'WORKDIR /b is not below /a'],
  ['FROM a\nCMD x', { NOPE: '1' }, 'no ARG takes the build argument NOPE'],
])('%j is refused', (text, args, why) => {
  expect(() => readDockerfile(text, args as Record<string, string>)).toThrow(why);
});
