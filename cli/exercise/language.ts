import { Flags } from '@oclif/core';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** By LC_ALL, LC_MESSAGES or LANG, the first that says something. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  return (LC_ALL || LC_MESSAGES || LANG || '').toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

export const languageFlag = {
  lang: Flags.option({ options: languages, summary: 'Language of the texts; by LANG if absent.', helpValue: 'LANGUAGE' })(),
};
