import { type FoundExercise, findExercise } from './exercises.ts';
import { type Language, languageOf } from './language.ts';
import { Workshop } from './progress.ts';
import { wordsOf } from './words.ts';

export interface OpenWorkshop {
  workshop: Workshop;
  language: Language;
  words: ReturnType<typeof wordsOf>;
}

/** What every command of the workshop works with, by its flags. Throws a UsageError where the learner's progress cannot be read. */
export function openWorkshop({ folder, lang }: { folder?: string | undefined; lang?: Language | undefined }): OpenWorkshop {
  const language = lang ?? languageOf(process.env);
  return { workshop: Workshop.find(folder), language, words: wordsOf(language) };
}

/** The same with one exercise of it. Throws a UsageError where there is none of that name. */
export const openExercise = (name: string, flags: Parameters<typeof openWorkshop>[0]): OpenWorkshop & { exercise: FoundExercise } => ({
  exercise: findExercise(name),
  ...openWorkshop(flags),
});
