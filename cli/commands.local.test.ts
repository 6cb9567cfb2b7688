import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { journals } from '../reports/fixtures/journals.ts';
import { formats } from '../reports/formats.ts';
import { makeSuite } from '../reports/suite/suite.ts';
import { writeReports } from './report-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'dist/cli/bin.js');
const commands = ['broker', 'compare', 'doctor', 'down', 'kubectl', 'list', 'load', 'report', 'run', 'show', 'status', 'up'];
/** Commands that stand below a word of their own. */
const topical = ['ci run', 'image build', 'image push', 'new experiment', 'schema experiment', 'schema journal'];
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-cli-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function shoplab(...words: string[]): { code: number | null; out: string; err: string } {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words], { encoding: 'utf8', cwd: scratch, env });
  return { code: status, out: stdout, err: stderr };
}

describe('help', () => {
  test('names every command, and the version', () => {
    const { code, out } = shoplab('--help');
    expect(code).toBe(0);
    for (const command of [...commands, 'ci', 'image', 'new', 'schema']) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(shoplab('--version').out).toContain(`shoplab/${version} `);
  });

  test.each([...commands, ...topical])('%s says what it does, its flags and an example', (command) => {
    const { code, out } = shoplab(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toContain(`$ shoplab ${command}`);
    expect(out.split('EXAMPLES')[1]).toContain(`shoplab ${command}`);
    for (const line of out.match(/^ {2}(?:-\w, )?--[\w-]+(?:=\S+)? *$/gm) ?? []) throw new Error(`${line} is not described`);
  });
});

describe('bad usage exits with 2 and says what was likely meant', () => {
  test.each([
    ['an unknown command', ['lst'], 'Did you mean list?'],
    ['an unknown flag', ['run', '--sead', '1'], 'Did you mean --seed?'],
    ['an unknown format', ['report', 'x.json', '--format', 'juint'], 'Did you mean junit?'],
    ['an unknown experiment', ['show', 'async-decopling'], 'Did you mean async-decoupling?'],
    ['an unknown experiment to run', ['run', 'async-decopling'], 'Did you mean async-decoupling?'],
    ['a platform that there is not', ['doctor', '--platform', 'locl'], 'Did you mean local?'],
    ['a number out of range', ['broker', '--port', '99999'], '--help'],
    [
      'a duration beyond the blast radius',
      ['run', 'liveness', '--duration', '3m'],
      'liveness would reach beyond its blast radius: the method waits 164.6 s in all, and may last 120 s',
    ],
    ['a duration without a unit', ['run', '--duration', '90'], 'for example 90s'],
    ['a name that no lab can have', ['status', '--name', 'Ü'], 'small letters'],
    ['an argument that is missing', ['show'], '--help'],
  ])('%s', (_, words, hint) => {
    const { code, out, err } = shoplab(...words);
    expect(err).toMatch(/^Error: /);
    expect(err).toContain('Try this: ');
    expect(err).toContain(hint);
    expect(err).not.toMatch(/^\s+at /m);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('with --json the error is an object on stdout', () => {
    const { code, out } = shoplab('show', 'nope', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toMatchObject({ message: "there is no experiment 'nope'", exitCode: 2 });
  });

  test('a report folder that cannot be written is told before anything starts', () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    const { code, err } = shoplab('run', 'async-decoupling', '--report-dir', join(file, 'reports'));
    expect(err).toContain(`the report folder ${file}/reports cannot be written: ENOTDIR`);
    expect(err).not.toContain('starting');
    expect(code).toBe(2);
  });
});

describe('report', () => {
  const journal = join(scratch, 'failed.json');
  beforeAll(() => writeFileSync(journal, formats.json.render(journals.failed())));

  test.each(Object.keys(formats) as (keyof typeof formats)[])('tells a journal as %s, the same as the run did', (format) => {
    const { code, out } = shoplab('report', journal, '--format', format);
    expect(code).toBe(0);
    expect(out).toBe(formats[format].render(journals.failed()));
  });

  describe('of a folder', () => {
    const folder = join(scratch, 'suite');
    const other = { ...journals.passed(), experiment: { ...journals.passed().experiment, name: 'readiness' } };
    beforeAll(() => {
      mkdirSync(folder);
      for (const one of [journals.failed(), other]) writeReports(folder, one);
    });

    test.each(Object.keys(formats) as (keyof typeof formats)[])('tells the suite as %s', (format) => {
      const { code, out, err } = shoplab('report', folder, '--format', format);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toBe(formats[format].renderSuite(makeSuite([journals.failed(), other])));
    });

    test('writes again all that the runs wrote, byte for byte', () => {
      const again = join(scratch, 'again');
      expect(shoplab('report', folder, '--report-dir', again)).toEqual({ code: 0, out: '', err: '' });
      expect(readdirSync(again).sort()).toEqual(readdirSync(folder).sort());
      expect(readdirSync(again)).toHaveLength(13);
      for (const name of readdirSync(folder)) expect(readFileSync(join(again, name)).equals(readFileSync(join(folder, name)))).toBe(true);
    });

    test('a broken journal in it is told of, other JSON is none of ours', () => {
      const mixed = join(scratch, 'mixed');
      mkdirSync(mixed);
      writeFileSync(join(mixed, 'package.json'), '{"name":"x"}');
      writeFileSync(join(mixed, 'cut.json'), '{"schema":');
      writeReports(mixed, journals.failed());
      const { out } = shoplab('report', mixed);
      expect(out).toContain('left out: cut.json: it is not JSON');
      expect(out).not.toContain('package.json');
    });

    test('a folder without a journal is bad usage', () => {
      const empty = join(scratch, 'empty');
      mkdirSync(empty);
      const { code, err } = shoplab('report', empty);
      expect(err).toContain(`the folder ${empty} has no journal`);
      expect(code).toBe(2);
    });
  });

  test('writes a file', () => {
    const file = join(scratch, 'out.html');
    expect(shoplab('report', journal, '--format', 'html', '--output', file)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toBe(formats.html.render(journals.failed()));
  });

  test.each([
    ['a file that is not there', '/nowhere/x.json', 'ENOENT'],
    ['what is not JSON', bin, 'it is not JSON'],
    ['JSON that is no journal', join(root, 'package.json'), 'its schema is undefined'],
  ])('%s is bad usage', (_, file, why) => {
    const { code, err } = shoplab('report', file);
    expect(err).toContain(why);
    expect(code).toBe(2);
  });

  test('a journal that lacks a part is bad usage, not a crash', () => {
    const file = join(scratch, 'half.json');
    writeFileSync(file, JSON.stringify({ schema: 'shoplab.dev/journal/v1' }));
    const { code, err } = shoplab('report', file);
    expect(err).toContain('is not a journal: shoplab: ');
    expect(err).toContain('more problems');
    expect(code).toBe(2);
  });
});

describe('compare', () => {
  const [before, after] = ['before.json', 'after.json'].map((name) => join(scratch, name)) as [string, string];
  beforeAll(() => {
    writeFileSync(before, formats.json.render(journals.passed()));
    writeFileSync(after, formats.json.render(journals.failed()));
  });

  test('says what changed, and exits with 0', () => {
    const { code, out } = shoplab('compare', before, after);
    expect(out).toMatch(/^async-decoupling was passed and is failed; nothing changed beyond chance, of 12 compared; 1 verdict\s+worse$/m);
    expect(code).toBe(0);
    expect(shoplab('compare', before, after, '--format', 'markdown').out).toMatch(/^## async&#45;decoupling|^## async-decoupling/);
    expect(JSON.parse(shoplab('compare', before, after, '--json').out).experiments[0].outcome).toMatchObject({ a: 'passed', b: 'failed' });
  });

  test('closes a gate where something is worse, and only there', () => {
    expect(shoplab('compare', before, after, '--gate').code).toBe(4);
    expect(shoplab('compare', after, before, '--gate').code).toBe(0);
    expect(shoplab('compare', before, before, '--gate').code).toBe(0);
  });

  test('what is no journal is bad usage', () => {
    expect(shoplab('compare', before, join(root, 'package.json'))).toMatchObject({ code: 2, out: '' });
  });
});

test('schema journal prints the JSON Schema that the package has as a file', () => {
  const { code, out } = shoplab('schema', 'journal');
  expect(code).toBe(0);
  expect(out).toBe(readFileSync(join(root, 'dist/journal.schema.json'), 'utf8'));
  expect(JSON.parse(out)).toMatchObject({ title: 'shoplab journal', type: 'object' });
  expect(shoplab('schema', '--help').out).toContain('schema journal');
});

describe('labs that are not up', () => {
  test('down and status say so', () => {
    expect(shoplab('down', '--name', 'nothing-here')).toMatchObject({ code: 0, out: 'lab nothing-here is not up\n' });
    expect(shoplab('status', '--name', 'nothing-here', '--json')).toMatchObject({ code: 0 });
    expect(JSON.parse(shoplab('status', '--name', 'nothing-here', '--json').out)).toMatchObject({ name: 'nothing-here', up: false });
  });

  test('doctor looks and says what to do', () => {
    const { out } = shoplab('doctor', '--json');
    expect(JSON.parse(out)).toContainEqual({ level: 'ok', title: 'Node', detail: expect.stringContaining(process.version), advice: '' });
  });
});

describe('broker', () => {
  test('serves kafkajs, and SIGTERM ends it with nothing left', async () => {
    const child = spawn(process.execPath, [bin, 'broker', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'orders' }] });
    expect(await admin.listTopics()).toContain('orders');
    await admin.disconnect();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('a port that is taken exits with 5 and says what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, err } = shoplab('broker', '--port', String(port));
    server.close();
    expect(err).toContain(`cannot listen on 127.0.0.1:${port}`);
    expect(err).toContain('EADDRINUSE');
    expect(err).toContain('Try this: choose another with --port');
    expect(code).toBe(5);
  });
});
