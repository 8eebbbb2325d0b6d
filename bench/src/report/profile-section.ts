import { functionTable, roomTable, threadTable } from '../profile/profile-tables.ts';
import { type Findings } from './findings.ts';

/** Where the edge's CPU time goes; `functions` as many of the dearest as are wanted. */
export function profileSection({ profile }: Findings, functions: number): readonly string[] {
  if (profile === null) return [];
  const { requests, threadUs, javaScriptUs, nativeUs } = profile;
  return [
    `## The edge's time by room of the code

${threadTable(threadUs)}

CPU microseconds per governed request by thread of the edge, 32 in flight, over ${requests} requests: \`main\` runs the JavaScript, \`V8Worker\` compiles and
collects garbage, \`libuv-worker\` writes files, and \`ProfEvntProc\` is the profiler's own.

${roomTable(profile, 0.5)}

The main thread by room of the code, from a sampled CPU profile: ${javaScriptUs.toFixed(0)} µs in JavaScript and in what it calls, ${nativeUs.toFixed(0)} µs outside. A sample belongs to the
innermost room on the stack, native helpers and Node's small modules to whoever called them; a socket write holds encryption and the system
call. Reading from sockets has no JavaScript on its stack: it is the rest of the thread's CPU time. The profiler makes everything dearer, so compare
the rows with each other and not with the figures above.

${functionTable(profile, functions)}`,
  ];
}
