import { type Dispatcher } from 'undici';

/** Posts JSON and reads JSON; rejects on any status but 200, on a broken body, and after `timeoutMs`. */
export function postJson(
  dispatcher: Dispatcher,
  path: string,
  body: unknown,
  timeoutMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | null = null;
    let status = 0;
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      const late = new Error(`no answer from ${path} within ${timeoutMs} ms`);
      reject(late);
      abort?.(late);
    }, timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    dispatcher.dispatch(
      { method: 'POST', path, headers: ['content-type', 'application/json'], body: JSON.stringify(body) },
      {
        onRequestStart: (controller) => {
          abort = (reason) => controller.abort(reason);
        },
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          clearTimeout(timer);
          if (status !== 200) return reject(new Error(`${path} answered ${status}`));
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
          } catch (error) {
            reject(error);
          }
        },
        onResponseError: (_controller, error) => fail(error),
      },
    );
  });
}
