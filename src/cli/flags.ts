/** The flags of commands, as commander hands them over. */

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

export interface InspectFlags {
  readonly json?: boolean;
}

export interface InspectLogFlags extends InspectFlags {
  readonly log?: string;
  readonly entries: string;
  readonly from?: string;
}

export interface InspectTileFlags extends InspectFlags {
  readonly table?: string;
  readonly tile?: string;
}

export interface InspectObjectsFlags extends InspectFlags {
  readonly verify?: boolean;
}

export interface InspectCatalogFlags extends InspectFlags {
  readonly database?: string;
  readonly table?: string;
}
