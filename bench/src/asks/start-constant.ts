import { join } from 'node:path';
import { type Leash, type LeashedProcess } from '@ssp/testing';
import { benchPaths, benchProgram } from '../paths.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';

/** Starts a server that answers every ask with so many bytes: what HTTP alone costs. It ends with `resources`. */
export async function startConstant(
  answerBytes: number,
  leash: Leash,
  signal: AbortSignal,
  resources: AsyncDisposableStack,
): Promise<{ readonly process: LeashedProcess; readonly port: number }> {
  const [port = 0] = await freePorts(1);
  const started = resources.use(
    await leash.spawn(
      process.execPath,
      [benchProgram('asks/constant.main.ts'), String(port), String(answerBytes)],
      { name: 'constant', output: { file: join(benchPaths.work, 'constant.log') } },
    ),
  );
  await untilOpen(port, 'the server of a constant', signal);
  return { process: started, port };
}
