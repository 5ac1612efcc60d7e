/** What the composition root takes from this folder. */
export { clockRoutes } from './clock-routes.ts';
export { consoleRoutes } from './console-page.ts';
export { operateRoutes } from './pages.ts';
export { Readiness } from './readiness.ts';
