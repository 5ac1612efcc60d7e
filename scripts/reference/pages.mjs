/**
 * All pages of docs/reference/, made from the tables that the server itself runs on. Nothing is read
 * but through what is given, so that the script can use the compiled modules and the test the
 * sources.
 */
import { configurationPage } from './configuration.mjs';
import { errorsPage } from './errors.mjs';
import { functionPages } from './functions.mjs';
import { limitsPage } from './limits.mjs';
import { page } from './markdown.mjs';
import { metricsPage } from './metrics.mjs';

/**
 * `load` imports a module of src/ by its path without extension, `readSource` gives its text.
 * Returns the text of each page by its path under docs/reference/.
 */
export async function referencePages({ load, readSource }) {
  const { OPTIONS, environmentName } = await load('host/config/options');
  const { SERVICE_ERRORS } = await load('base/errors');
  const { documentedFunctions } = await load('query/analyse/functions/registry');
  return new Map([
    ['README.md', indexPage()],
    ['configuration.md', configurationPage(OPTIONS, environmentName)],
    ['errors.md', errorsPage(SERVICE_ERRORS)],
    ['limits.md', limitsPage(readSource('base/limits'), await load('base/limits'))],
    ['metrics.md', await metricsPage(load)],
    ...functionPages(documentedFunctions()),
  ]);
}

function indexPage() {
  return page({
    title: 'Reference',
    source: 'the tables in src/',
    blocks: [
      [
        '* [SQL functions](sql/README.md)',
        '* [Configuration](configuration.md)',
        '* [Metrics](metrics.md)',
        '* [Errors](errors.md)',
        '* [Limits](limits.md)',
      ].join('\n'),
      'What is served at all, and what differs from Amazon Timestream: ' +
        '[COMPATIBILITY.md](../../COMPATIBILITY.md).',
    ],
  });
}
