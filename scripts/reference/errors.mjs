/** The errors a client can see. */
import { code, page, sentence, table } from './markdown.mjs';

const SCOPES = [
  {
    scope: 'service',
    title: 'Of the service',
    text: 'In the models of the service; an SDK has a class for each.',
  },
  {
    scope: 'framework',
    title: 'Of the framework',
    text: 'In no model: any AWS service of this protocol answers so. An SDK shows the bare name.',
  },
];

export function errorsPage(errors) {
  const sections = SCOPES.flatMap(({ scope, title, text }) => [
    `## ${title}`,
    text,
    table(
      ['error', 'status', 'when'],
      Object.entries(errors)
        .filter(([, traits]) => traits.scope === scope)
        .map(([name, traits]) => [code(name), traits.status, sentence(traits.when)]),
    ),
  ]);
  return page({
    title: 'Errors',
    source: 'src/base/errors.ts',
    blocks: [
      'The name is in `__type` of the body, the text in `message`. SDKs retry those with a status ' +
        'of 500 and above, and `ThrottlingException`, by themselves.',
      ...sections,
    ],
  });
}
