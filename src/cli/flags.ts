/** The flags of commands that talk to a server, as commander hands them over. */

export interface EndpointFlags {
  readonly endpoint?: string;
  readonly data: string;
}

export interface QueryFlags extends EndpointFlags {
  readonly format?: string;
}

export interface DemoFlags extends EndpointFlags {
  readonly hours: string;
  readonly live: boolean;
}
