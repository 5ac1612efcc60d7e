/**
 * The page at /console until the console itself is part of the product: it says what is running
 * and how to reach it. Static, without scripts; `/` leads here.
 */
import type { HttpRoute } from '../host/http-route.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tessera</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem }
  code { background: #8882; padding: .1em .3em; border-radius: .2em }
</style>
<h1>Tessera is running</h1>
<p>This address speaks the wire API of Amazon Timestream for LiveAnalytics: point an AWS SDK's
endpoint here and write and query as before.</p>
<ul>
  <li><a href="/health">/health</a>: the process lives</li>
  <li><a href="/ready">/ready</a>: it can serve</li>
  <li><a href="/metrics">/metrics</a>: Prometheus metrics</li>
</ul>
<p>From a terminal: <code>tessera query "SHOW DATABASES"</code>.</p>
</html>
`;

const HEADERS = { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'" };

export const consoleRoutes: readonly HttpRoute[] = [
  {
    method: 'GET',
    path: '/console',
    handle: () => ({
      status: 200,
      contentType: 'text/html; charset=utf-8',
      body: PAGE,
      headers: HEADERS,
    }),
  },
  {
    method: 'GET',
    path: '/',
    handle: () => ({
      status: 302,
      contentType: 'text/plain',
      body: 'See /console\n',
      headers: { Location: '/console' },
    }),
  },
];
