import { fileURLToPath } from 'node:url';

/** The file of a program of ours that is one bundle, and so runs on this machine and in a Pod alike. Tests run from the sources; this is of the build. */
export const bundledProgram = (name: 'asker-pod' | 'loader-process' | 'switch-pod'): string =>
  fileURLToPath(new URL(`../../bundles/in-cluster/${name}.mjs`, import.meta.url)).replace(/^(.*?)(\/dist)?\/bundles\//, '$1/dist/bundles/');
