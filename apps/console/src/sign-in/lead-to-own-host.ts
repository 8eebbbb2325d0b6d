import { type RequestHandler } from 'express';

/**
 * Leads whoever has the console open by another name, such as localhost for 127.0.0.1, to its own: cookies are kept by host, so that a
 * sign-in begun at one would come back to the other unknown. Forms pass, to be refused for their Origin.
 */
export function leadToOwnHost(origin: string): RequestHandler {
  const { hostname } = new URL(origin);
  return (req, res, next) => {
    const isPage = req.method === 'GET' || req.method === 'HEAD';
    // Ports do not matter to cookies, and something before the console may have others.
    if (!isPage || req.hostname === hostname) return next();
    return res.redirect(307, `${origin}${req.originalUrl.startsWith('/') ? req.originalUrl : '/'}`);
  };
}
