import { expect, test } from 'vitest';
import { programFault } from './program-fault.ts';

test.for([
  {
    fault: 'a full disk',
    cause: Object.assign(new Error('Command failed: initdb'), {
      stderr: 'creating files\nFATAL:  could not write: No space left on device\nchild process exited\n',
    }),
    expected: 'FATAL:  could not write: No space left on device',
  },
  {
    fault: 'no output',
    cause: Object.assign(new Error('spawn ENOENT'), { stderr: '' }),
    expected: 'Error: spawn ENOENT',
  },
  { fault: 'no error at all', cause: 'it went\naway', expected: 'away' },
])('$fault is told on one line', ({ cause, expected }) => {
  expect(programFault(cause)).toBe(expected);
});
