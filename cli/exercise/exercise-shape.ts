import { z } from 'zod';

const filled = z.string().min(1, 'has to say something');
/** A text in both languages. */
const text = z.strictObject({ en: filled, ko: filled });

const answer = z.strictObject({
  /** `Deployment/product` of an answer that declares objects, or the name of an answer's file. */
  of: filled,
  /** A field that is there, by its path: `spec.template.spec.containers.0.livenessProbe`. */
  has: filled.optional(),
  lacks: filled.optional(),
  /** With `has`: what it is. */
  is: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** A regular expression that the text of the file fits. */
  matches: filled.optional(),
  /** A regular expression that the text of the file does not fit. */
  matchesNot: filled.optional(),
});

const when = z.strictObject({
  /** A check of the treatment that came out false, by its id; `a|b` means either. */
  check: filled.optional(),
  /** With `check`: what it came out as, where it is not false. `any`: false or unknown. */
  result: z.enum(['unknown', 'any']).optional(),
  /** Words of an Event of the treatment. */
  event: filled.optional(),
  /** Words of the reason for the outcome. */
  reason: filled.optional(),
  /** What the run came to, where not every outcome but `passed` is meant. */
  outcome: z.enum(['passed', 'failed', 'inconclusive', 'errored']).optional(),
  /** Of a proof with more than one run: which one is meant. */
  run: filled.optional(),
  answer: answer.optional(),
});

/** What shows whether an answer holds. */
const proof = z.union(
  [
    /** An experiment of the catalog, or one beside this file (`./proof/experiment.yaml`): the answers take the place of its treatment. */
    z.strictObject({ experiment: filled }),
    /** The answer is an experiment itself: it has to pass where the mechanism is in place, and to fail on each of these kustomization folders. */
    z.strictObject({ sabotages: z.array(filled).min(1) }),
    /** The answers are words: each question with the word that is right. Nothing is run. */
    z.strictObject({ words: z.record(filled, filled) }),
  ],
  { error: 'is one of: experiment: NAME; sabotages: [FOLDER]; words: {QUESTION: WORD}' },
);

/** exercise.yaml */
export const exerciseShape = z.strictObject({
  name: filled,
  /** Its place in the course. */
  number: z.int().positive(),
  proof,
  minutes: z.int().positive(),
  title: text,
  /** What the learner mends; nothing else of the folder is looked at. `objects`: what the file has to declare, and nothing else. */
  answers: z.array(z.strictObject({ file: filled, objects: z.array(filled).min(1).optional() })).min(1),
  /** Id of the explanation that the start fails by. */
  start: filled,
  hints: z.array(text).length(3, 'are three'),
  solved: text,
  /** What an answer that does not hold comes from; the first that fits is told. */
  explain: z.array(z.strictObject({ id: filled, when, ...text.shape })).min(1),
});

export type Exercise = z.output<typeof exerciseShape>;
export type Explanation = Exercise['explain'][number];
