import { type Logger, pino } from 'pino';

const { asJsonSym } = pino.symbols;

type AsJson = (this: Logger, object: object, message: unknown, level: number, time: string) => string;

/**
 * Lets a log write what it is given by one `JSON.stringify` for each line. pino writes every key and every value by one of its
 * own, which is most of what a line costs. Lines with an error, or with values that JSON does not know, are still pino's.
 */
export function writeObjectsWhole(log: Logger): Logger {
  const inherited: unknown = Reflect.get(log, asJsonSym);
  if (!isAsJson(inherited)) throw new Error('pino writes its lines in another way than this one is made for');
  const asJson: AsJson = function asJson(object, message, level, time) {
    const whole = 'err' in object ? undefined : stringified(object);
    if (whole === undefined) return inherited.call(this, object, message, level, time);
    const line = inherited.call(this, nothing, undefined, level, time);
    const end = message === undefined ? '}\n' : `,"msg":${JSON.stringify(message)}}\n`;
    const inner = whole === '{}' ? '' : `,${whole.slice(1, -1)}`;
    return `${line.slice(0, -2)}${inner}${end}`;
  };
  Reflect.set(log, asJsonSym, asJson);
  return log;
}

const nothing = {};
const isAsJson = (value: unknown): value is AsJson => typeof value === 'function';

function stringified(object: object): string | undefined {
  try {
    const text: unknown = JSON.stringify(object);
    return typeof text === 'string' && text.startsWith('{') ? text : undefined;
  } catch {
    return undefined;
  }
}
