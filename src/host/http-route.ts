/**
 * A page that is not an AWS operation (health, metrics, console), as the HTTP door serves it.
 * Declared this low so that the doors can be given routes without knowing who made them.
 */

export interface HttpPage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(body: Uint8Array): Promise<HttpPage> | HttpPage;
}
