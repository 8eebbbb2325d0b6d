import { timingSafeEqual } from 'node:crypto';
import { type RequestHandler } from 'express';
import { z } from 'zod';
import { type SessionOf } from './require-person.ts';
import { type ShowSignInNotice } from './show-notice.ts';

const Form = z.looseObject({ formToken: z.string() });

/**
 * Lets a form pass only from a page of ours: by its Origin and by the token of the session, the field `formToken`, which is taken out. It
 * comes behind whoever requires a person and whoever reads forms.
 */
export function checkForm(origin: string, sessionOf: SessionOf, show: ShowSignInNotice): RequestHandler {
  return (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    const form = Form.safeParse(req.body).data;
    const isOurs = req.headers.origin === origin && isSame(form?.formToken ?? '', sessionOf(res).formToken);
    if (form === undefined || !isOurs) {
      return show(res, {
        status: 403,
        title: 'This form cannot be taken',
        text: 'It did not come from a page of this console that is still in force, so nothing was done. Open the page again and fill it in anew.',
        link: { text: 'Go to the first page', href: '/' },
      });
    }
    const { formToken: _formToken, ...fields } = form;
    req.body = fields;
    return next();
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
