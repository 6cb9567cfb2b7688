import { Args, Flags } from '@oclif/core';
import { languageFlag } from './language.ts';

/** On all commands of the workshop. */
export const workshopFlags = {
  ...languageFlag,
  folder: Flags.string({
    summary: 'Folder of the learner: files and progress of all exercises. If absent, the one that this is in, or ./shoplab-workshop.',
    helpValue: 'DIR',
  }),
};

export const exerciseArg = { exercise: Args.string({ description: 'Name of an exercise, as `exercise list` shows it.', required: true }) };
