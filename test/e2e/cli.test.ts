/** The commands as scripts see them: exit codes, what goes to stdout, and sentences on stderr. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, startTessera, type Tessera } from '../support/tessera.ts';

let server: Tessera;
let open: Tessera;

beforeAll(async () => {
  server = await startTessera();
  open = await startTessera({ args: ['--in-memory', '--auth', 'none'] });
});

afterAll(async () => {
  await server.dispose();
  await open.dispose();
});

/** No credentials anywhere, and nobody to ask for them. */
const NOBODY = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const query = (sql: string, ...args: readonly string[]) =>
  runCommand(['query', sql, '--data', `${tmpdir()}/tessera-nowhere`, ...args], NOBODY);

describe('tessera query', () => {
  test('prints CSV into a pipe and ends with 0', async () => {
    const { url: endpoint, dataDir } = server;
    const sql = `SELECT 1 AS a, 'x,"y' AS b, NULL AS c`;
    const answer = await query(sql, '--endpoint', endpoint, '--data', dataDir);
    expect(answer).toEqual({ code: 0, stdout: 'a,b,c\n1,"x,""y",\n', stderr: '' });
  });

  test('ends with 1 when the statement is refused', async () => {
    const { url: endpoint, dataDir } = server;
    const answer = await query('SELEC 1', '--endpoint', endpoint, '--data', dataDir);
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toMatch(/^tessera: ValidationException: .*line 1:1\n$/);
  });

  test('ends with 3 when no server answers, also without credentials', async () => {
    const answer = await query('SELECT 1', '--endpoint', 'http://127.0.0.1:1');
    expect(answer).toMatchObject({ code: 3, stdout: '' });
    expect(answer.stderr).toMatch(/^tessera: no server answers \(ECONNREFUSED\)/);
  });

  test('needs no credentials where any are taken', async () => {
    expect(await query('SELECT 1 AS a', '--endpoint', open.url)).toMatchObject({
      code: 0,
      stdout: 'a\n1\n',
    });
  });

  test('says where the keys are when the server wants one', async () => {
    const answer = await query('SELECT 1', '--endpoint', server.url);
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toMatch(/does not know this access key\. .*--data\.\n$/);
  });
});

test.each([
  ['an unknown command', ['nonsense']],
  ['an unknown option', ['serve', '--nonsense']],
  ['a missing argument', ['query']],
  ['a choice that is none', ['serve', '--auth', 'basic']],
  ['a value out of range', ['serve', '--port', '65536']],
  ['an unknown format', ['query', 'SELECT 1', '--format', 'xml']],
])('a command line with %s ends with 2', async (_, args) => {
  const { code, stdout, stderr } = await runCommand(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/\bat .*\.js/);
});
