import { type Readable } from 'node:stream';
import { CommandFailure, reasonOf } from './command-fault.ts';

/** The most of a body that `--json` holds. */
const bytesMax = 32 * 1_024 * 1_024;

/** Reads a body for `--json`: parsed where it is JSON, as text where it is UTF-8, else in base64. */
export async function readForJson(body: Readable) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > bytesMax) break;
      chunks.push(buffer);
    }
  } catch (error) {
    throw new CommandFailure(`the answer broke off after ${bytes} bytes (${reasonOf(error)})`, {
      cause: error,
    });
  }
  if (bytes > bytesMax) {
    throw new CommandFailure(`the body is larger than ${bytesMax} bytes: write it to a file with --output`);
  }
  const whole = Buffer.concat(chunks);
  return { bytes, beginning: whole, shown: shownInJson(whole) };
}

function shownInJson(whole: Buffer): unknown {
  const text = whole.toString('utf8');
  if (!Buffer.from(text).equals(whole)) return { base64: whole.toString('base64') };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
