/** The settings of `tessera serve`. */
import { code, page, sentence, table } from './markdown.mjs';

export function configurationPage(options, environmentName) {
  const rows = options.map((option) => [
    code(`--${option.name}`),
    code(environmentName(option.name)),
    accepted(option),
    option.default === '' ? '' : code(String(option.default)),
    sentence(option.description),
  ]);
  return page({
    title: 'Configuration',
    source: 'src/host/config/options.ts',
    blocks: [
      'Settings of `tessera serve`, and of `npm start --`. A flag goes before the environment, the ' +
        'environment before the default. A value that is not accepted stops the start with a ' +
        'message that says what is.',
      table(['flag', 'environment', 'value', 'default', 'meaning'], rows),
      'A **size** is a number of bytes, with a unit of 1024 (`512M`, `4G`), or a share of the ' +
        "machine's memory (`50%`). A **switch** is on when its flag is given; in the environment it " +
        'is `true` or `false`.',
    ],
  });
}

function accepted(option) {
  switch (option.type) {
    case 'text':
      return 'text';
    case 'switch':
      return 'switch';
    case 'bytes':
      return 'size';
    case 'integer':
      return `${option.min} to ${option.max}`;
    case 'choice':
      return option.choices.map(code).join(', ');
    default:
      throw new Error(`options of type ${option.type} have no description here`);
  }
}
