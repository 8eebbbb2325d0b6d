import { type Response } from 'express';
import { type Render } from '../render.ts';

/** A page of a few words about signing in, for readers of whom nothing is known. */
export type SignInNotice = {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly link: { readonly text: string; readonly href: string } | null;
};

/** Answers with such a page. */
export type ShowSignInNotice = (res: Response, notice: SignInNotice) => void;

/** Shows them by a template of their own. */
export function signInNotices(render: Render): ShowSignInNotice {
  return (res, { status, title, ...page }) => {
    const sheet = { title, navigation: null, person: null, faults: [], formToken: null, page };
    res.status(status).send(render('sign-in/notice.njk', sheet));
  };
}
