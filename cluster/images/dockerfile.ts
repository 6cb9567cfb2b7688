import { posix } from 'node:path';

/** What an image made of a Dockerfile runs as, on a machine without images. */
export interface DockerfileImage {
  /** As ENTRYPOINT and CMD together. */
  command: string[];
  env: Record<string, string>;
  /** Working directory from the build's context: the first WORKDIR of the last stage stands for the context. */
  folder: string;
  /** Instructions that were not carried out, as they stand, with their lines. */
  notDone: string[];
}

interface Stage {
  name: string;
  env: Record<string, string>;
  root: string | undefined;
  folder: string;
  entrypoint: string[];
  command: string[];
}

/** Those that say nothing about how a process runs. */
const withoutEffect = new Set(['LABEL', 'EXPOSE', 'MAINTAINER', 'STOPSIGNAL', 'HEALTHCHECK', 'VOLUME']);
const notCarriedOut = new Set(['RUN', 'COPY', 'ADD', 'USER', 'SHELL', 'ONBUILD']);

/**
 * Reads what the last stage of a Dockerfile runs, and in which environment: FROM, ARG, ENV, WORKDIR, ENTRYPOINT and CMD. Nothing is carried out:
 * what it would copy is taken from the context, as it lies there. Throws an Error that names the line.
 */
export function readDockerfile(text: string, buildArgs: Record<string, string>): DockerfileImage {
  const stages: Stage[] = [];
  const globals: Record<string, string> = {};
  const declared = new Set<string>();
  let args: Record<string, string> = {};
  let notDone: string[] = [];
  for (const { line, word, rest } of instructions(text)) {
    const stage = stages.at(-1);
    const fail = (why: string): Error => new Error(`line ${line}: ${word} ${rest}: ${why}`);
    const expand = (value: string): string => expandVariables(value, { ...args, ...stage?.env });
    if (word === 'ARG') {
      for (const [name, value] of pairs(rest)) {
        declared.add(name);
        const given =
          buildArgs[name] ?? (value === undefined ? globals[name] : expandVariables(value, stage ? { ...args, ...stage.env } : globals));
        if (given === undefined) continue;
        if (stage) args[name] = given;
        else globals[name] = given;
      }
    } else if (word === 'FROM') {
      const [, base = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      if (base === '') throw fail('it names no image');
      const parent = stages.find((one) => one.name !== '' && one.name === base.toLowerCase());
      stages.push(
        parent
          ? { ...parent, name: name.toLowerCase() }
          : { name: name.toLowerCase(), env: {}, root: undefined, folder: '/', entrypoint: [], command: [] },
      );
      args = {};
      notDone = [];
    } else if (!stage) throw fail('it comes before the first FROM');
    else if (word === 'ENV') for (const [name, value = ''] of envPairs(rest)) stage.env = { ...stage.env, [name]: expand(value) };
    else if (word === 'WORKDIR') {
      stage.folder = posix.resolve(stage.folder, expand(rest));
      stage.root ??= stage.folder;
    } else if (word === 'ENTRYPOINT') stage.entrypoint = words(rest);
    else if (word === 'CMD') stage.command = words(rest);
    else if (notCarriedOut.has(word)) notDone.push(`line ${line}: ${word} ${rest}`);
    else if (!withoutEffect.has(word)) throw fail('there is no such instruction');
  }
  const unknown = Object.keys(buildArgs).filter((name) => !declared.has(name));
  if (unknown.length > 0) throw new Error(`no ARG takes the build argument${unknown.length === 1 ? '' : 's'} ${unknown.join(', ')}`);
  return finish(stages.at(-1), notDone);
}

function finish(stage: Stage | undefined, notDone: string[]): DockerfileImage {
  if (!stage) throw new Error('it has no FROM');
  const command = [...stage.entrypoint, ...stage.command];
  if (command.length === 0) throw new Error('its last stage says nothing to run: it has no CMD and no ENTRYPOINT');
  const root = stage.root ?? '/';
  const folder = posix.relative(root, stage.folder);
  if (folder.startsWith('..')) throw new Error(`WORKDIR ${stage.folder} is not below ${root}, which stands for the context`);
  return { command, env: stage.env, folder, notDone };
}

/** Instructions with their first lines; `\` at an end joins lines, comments go. */
function instructions(text: string): { line: number; word: string; rest: string }[] {
  const found: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const goesOn = /\\\s*$/.test(raw);
    open = { line: open?.line ?? index + 1, text: `${open?.text ?? ''}${raw.replace(/\\\s*$/, ' ')}` };
    if (goesOn) continue;
    found.push(open);
    open = undefined;
  }
  if (open) found.push(open);
  return found.map((one) => {
    const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(one.text) ?? [];
    return { line: one.line, word: word.toUpperCase(), rest };
  });
}

/** `A=1 B="two words" C`; the value is undefined where there is none. */
function pairs(text: string): [string, string | undefined][] {
  return [...text.matchAll(/([A-Za-z_][\w.-]*)(?:=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*))?/g)].map(([, name = '', value]) => [
    name,
    value === undefined ? undefined : value.replace(/^'(.*)'$|^"(.*)"$/s, '$1$2').replace(/\\(.)/g, '$1'),
  ]);
}

/** ENV has an older form too: `ENV NAME all the rest`. */
const envPairs = (text: string): [string, string | undefined][] => {
  const [, name = '', value = ''] = /^([A-Za-z_]\w*)\s+([^=].*)$/s.exec(text) ?? [];
  return name === '' ? pairs(text) : [[name, value]];
};

/** The exec form as it is, the shell form by /bin/sh. */
function words(text: string): string[] {
  if (!text.startsWith('[')) return ['/bin/sh', '-c', text];
  const read: unknown = JSON.parse(text);
  if (!Array.isArray(read) || !read.every((word) => typeof word === 'string')) throw new Error(`${text} is no list of texts`);
  return read;
}

const expandVariables = (text: string, values: Record<string, string>): string =>
  text.replace(/\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g, (_all, plain, braced, kind, word = '') => {
    const value = values[plain ?? braced] ?? '';
    if (kind === '-') return value === '' ? word : value;
    if (kind === '+') return value === '' ? '' : word;
    return value;
  });
