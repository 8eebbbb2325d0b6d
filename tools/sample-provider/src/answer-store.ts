import { type Answer } from './answer.ts';

const keptBytesAtMost = 64 * 1024 * 1024;

/** Answers rendered once and sent many times. */
export type AnswerStore = (key: string, render: () => string) => Answer;

/** Opens a store that forgets its oldest answers beyond 64 MiB. */
export function createAnswerStore(): AnswerStore {
  const answers = new Map<string, Answer>();
  let keptBytes = 0;

  return (key, render) => {
    const known = answers.get(key);
    if (known) return known;
    const answer = { status: 200, body: Buffer.from(render()) };
    answers.set(key, answer);
    keptBytes += answer.body.length;
    for (const [oldest, { body }] of answers) {
      if (keptBytes <= keptBytesAtMost) break;
      answers.delete(oldest);
      keptBytes -= body.length;
    }
    return answer;
  };
}
