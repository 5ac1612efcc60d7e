/**
 * The words of printed SQL: names, quoted where the parser needs it, strings, types.
 */
import { assertNever } from '../../base/assert.ts';
import type { Identifier, QualifiedName, RowTypeField, TypeSyntax } from './ast.ts';
import { FORM_NAMES } from './special-forms.ts';
import { RESERVED } from './tokens.ts';

const PLAIN = /^[A-Za-z_][A-Za-z0-9_@:]*$/;

/** Not reserved, but with a meaning of their own in some places; quoted everywhere, to be safe. */
const CONTEXTUAL: ReadonlySet<string> = new Set(
  `ALL ANY ARRAY BOTH CURRENT DOUBLE FETCH INTERVAL LATERAL LEADING LIMIT MAP OFFSET QUALIFY SOME
  TABLESAMPLE TRAILING UNBOUNDED WINDOW`.split(/\s+/),
);

export function printName(name: string): string {
  const word = name.toUpperCase();
  const plain =
    PLAIN.test(name) && !RESERVED.has(word) && !CONTEXTUAL.has(word) && !FORM_NAMES.has(word);
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

export function printIdentifier(identifier: Identifier): string {
  return printName(identifier.name);
}

export function printQualifiedName(name: QualifiedName): string {
  return name.parts.map(printIdentifier).join('.');
}

export function printString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function printColumns(columns: readonly Identifier[]): string {
  return columns.length === 0 ? '' : ` (${columns.map(printIdentifier).join(', ')})`;
}

const ZONED = ' with time zone';

export function printType(type: TypeSyntax): string {
  switch (type.kind) {
    case 'array-type':
      return `array(${printType(type.element)})`;
    case 'row-type':
      return `row(${type.fields.map(printField).join(', ')})`;
    case 'interval-type':
      return `interval ${type.family.replaceAll('-', ' ')}`;
    case 'named-type': {
      const zone = type.name.endsWith(ZONED) ? ZONED : '';
      const name = type.name.slice(0, type.name.length - zone.length);
      const args = type.arguments.map((argument) =>
        typeof argument === 'number' ? String(argument) : printType(argument),
      );
      return args.length === 0 ? type.name : `${name}(${args.join(', ')})${zone}`;
    }
    default:
      return assertNever(type);
  }
}

function printField(field: RowTypeField): string {
  const type = printType(field.type);
  return field.name === undefined ? type : `${printIdentifier(field.name)} ${type}`;
}
