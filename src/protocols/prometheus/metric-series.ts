/** The labels of a Prometheus series, decoded: what all its samples share. */
import { isUtf8 } from 'node:buffer';
import { DIMENSIONS_PER_RECORD_MAX } from '../../base/limits.ts';
import { DimensionSet, dimensionNameFault, measureNameFault } from '../../ingest/api.ts';
import { BYTES, ProtobufCursor } from './protobuf-cursor.ts';

export interface MetricSeries {
  readonly measureName: string;
  readonly dimensions: DimensionSet;
  /** Why no sample of this series can be stored. */
  readonly fault: string | undefined;
}

const NAME_LABEL = '__name__';

const LABELS_TAG = 1 * 8 + BYTES;
const NAME_TAG = 1 * 8 + BYTES;
const VALUE_TAG = 2 * 8 + BYTES;

/** Of the `labels` fields of a TimeSeries, one after the other. */
export function decodeMetricSeries(bytes: Buffer): MetricSeries {
  if (!isUtf8(bytes) && !hasTextLabels(bytes)) return unusable('', 'a label is not valid UTF-8');
  let metric = '';
  const names: string[] = [];
  const values: string[] = [];
  for (const { name, value } of labelsOf(bytes)) {
    if (name === NAME_LABEL) metric = value;
    // An empty label is the same as none.
    else if (value !== '') {
      names.push(name);
      values.push(value);
    }
  }
  if (metric === '') return unusable('', 'the series has no metric name');
  // Recording rules have colons, which a measure name cannot have; a metric name has no dots.
  const measureName = metric.replaceAll(':', '.');
  const fault = labelsFault(names) ?? measureNameFault(measureName);
  if (fault !== undefined) return unusable(measureName, fault);
  // A record needs a dimension, and a series may have nothing but its name.
  if (names.length === 0) {
    names.push(NAME_LABEL);
    values.push(metric);
  }
  return { measureName, dimensions: new DimensionSet(names, values), fault: undefined };
}

function unusable(measureName: string, fault: string): MetricSeries {
  return { measureName, dimensions: new DimensionSet([], []), fault };
}

function labelsFault(names: readonly string[]): string | undefined {
  if (names.length > DIMENSIONS_PER_RECORD_MAX) {
    return `more than ${DIMENSIONS_PER_RECORD_MAX} labels`;
  }
  if (new Set(names).size < names.length) return 'duplicate labels';
  const name = names.find((each) => dimensionNameFault(each) !== undefined);
  return name === undefined ? undefined : dimensionNameFault(name);
}

interface Label {
  readonly name: string;
  readonly value: string;
}

/** Tags and lengths of protobuf need not be UTF-8; only the texts between them count. */
function hasTextLabels(bytes: Buffer): boolean {
  return labelsOf(bytes).every(
    ({ name, value }) => !name.includes('\ufffd') && !value.includes('\ufffd'),
  );
}

function labelsOf(bytes: Buffer): readonly Label[] {
  const cursor = new ProtobufCursor(bytes);
  const labels: Label[] = [];
  while (cursor.at < bytes.length) {
    const tag = cursor.tag(bytes.length);
    if (tag === LABELS_TAG) labels.push(readLabel(cursor, cursor.valueEnd(bytes.length)));
    else cursor.skip(tag, bytes.length);
  }
  return labels;
}

function readLabel(cursor: ProtobufCursor, end: number): Label {
  let name = '';
  let value = '';
  while (cursor.at < end) {
    const tag = cursor.tag(end);
    if (tag !== NAME_TAG && tag !== VALUE_TAG) {
      cursor.skip(tag, end);
      continue;
    }
    const textEnd = cursor.valueEnd(end);
    const text = cursor.bytes.toString('utf8', cursor.at, textEnd);
    if (tag === NAME_TAG) name = text;
    else value = text;
    cursor.at = textEnd;
  }
  return { name, value };
}
