/**
 * Which cell serves an account, and at which address. One process is one cell that serves every
 * account; its address is what an operator configured, or else whatever the client reached it by.
 */
export interface Cell {
  readonly name: string;
  /** `http[s]://host[:port]`; absent: the address that the request came to. */
  readonly publicUrl?: URL;
}

export interface CellDirectory {
  cellOf(accountId: string): Cell;
}

export function singleCell(cell: Cell): CellDirectory {
  return { cellOf: () => cell };
}
