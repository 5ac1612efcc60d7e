/**
 * All functions there are, by name. Names are matched without case; the tables spell them in
 * lower case.
 */
import { aggregateFunctions } from './aggregate.ts';
import { arrayFunctions } from './array.ts';
import { binaryFunctions } from './binary.ts';
import { bitwiseFunctions } from './bitwise.ts';
import { conditionalFunctions } from './conditional.ts';
import { conversionFunctions } from './conversion.ts';
import { datetimeFunctions } from './datetime.ts';
import { extractFunctions } from './extract.ts';
import { intervalFunctions } from './interval.ts';
import { jsonFunctions } from './json.ts';
import { mapFunctions } from './map.ts';
import { mapAggregates } from './map-aggregate.ts';
import { mathFunctions } from './math.ts';
import { missingFunctions } from './missing.ts';
import type { FunctionOverload } from './overload.ts';
import { regexpFunctions } from './regexp.ts';
import { type Argument, type Resolution, resolveAmong } from './resolve.ts';
import { statisticsFunctions } from './statistics.ts';
import { stringFunctions } from './string.ts';
import { timeseriesFunctions } from './timeseries.ts';
import { urlFunctions } from './url.ts';
import { windowFunctions } from './window.ts';

export interface FunctionFamily {
  readonly title: string;
  readonly functions: readonly FunctionOverload[];
}

/** In the order of the reference documentation. */
const FAMILIES: readonly FunctionFamily[] = [
  { title: 'Mathematical functions', functions: mathFunctions },
  { title: 'Bitwise functions', functions: bitwiseFunctions },
  { title: 'Conditional functions', functions: conditionalFunctions },
  { title: 'Conversion functions', functions: conversionFunctions },
  { title: 'String functions', functions: stringFunctions },
  { title: 'Regular expression functions', functions: regexpFunctions },
  { title: 'Array functions', functions: arrayFunctions },
  { title: 'Date and time functions', functions: datetimeFunctions },
  { title: 'Extraction functions', functions: extractFunctions },
  { title: 'Interval and duration functions', functions: intervalFunctions },
  { title: 'Aggregate functions', functions: aggregateFunctions },
  { title: 'Window functions', functions: windowFunctions },
  { title: 'Time series functions', functions: timeseriesFunctions },
  { title: 'Map functions', functions: mapFunctions },
  { title: 'Map aggregates', functions: mapAggregates },
  { title: 'Statistical functions', functions: statisticsFunctions },
  { title: 'Binary functions', functions: binaryFunctions },
  { title: 'JSON functions', functions: jsonFunctions },
  { title: 'URL functions', functions: urlFunctions },
  { title: 'Functions that are missing', functions: missingFunctions },
];

const BY_NAME = new Map<string, FunctionOverload[]>();
for (const overload of FAMILIES.flatMap((family) => family.functions)) {
  const same = BY_NAME.get(overload.name);
  if (same) same.push(overload);
  else BY_NAME.set(overload.name, [overload]);
}

export function overloadsOf(name: string): readonly FunctionOverload[] {
  return BY_NAME.get(name.toLowerCase()) ?? [];
}

/** Picks the overload for a call. See resolve.ts for how, and for lambdas. */
export function resolveFunction(name: string, args: readonly Argument[]): Resolution {
  return resolveAmong(overloadsOf(name), args);
}

/** Everything, by family, for the reference documentation and SHOW FUNCTIONS. */
export function documentedFunctions(): readonly FunctionFamily[] {
  return FAMILIES;
}

/** Presto's text for a call that no overload takes. */
export function mismatchText(
  name: string,
  args: readonly string[],
  candidates: readonly FunctionOverload[],
): string {
  const expected = candidates.map((overload) => `${overload.name}${overload.signature}`).join(', ');
  return `Unexpected parameters (${args.join(', ')}) for function ${name}. Expected: ${expected}`;
}
