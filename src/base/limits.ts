/**
 * Every limit of the system, with the reason for its value. Limits that Amazon Timestream
 * publishes keep its values (write-api 6, query-api 3.6), so that code which works here works
 * there.
 */

// --- WriteRecords (write-api 4.12, 5, 6) ---

/** Records in one WriteRecords request. */
export const RECORDS_PER_WRITE_MAX = 100;
/** Dimensions of one record, and distinct dimension names of one table. */
export const DIMENSIONS_PER_RECORD_MAX = 128;
export const DIMENSIONS_PER_TABLE_MAX = 128;
/** Names and values are measured in bytes of UTF-8. */
export const DIMENSION_NAME_BYTES_MAX = 60;
export const MEASURE_NAME_BYTES_MAX = 256;
export const MEASURE_VALUE_BYTES_MAX = 2048;
/** Names and values of all dimensions of one series, together, in bytes of UTF-8. */
export const SERIES_BYTES_MAX = 2048;
/** Distinct measure names of one table. */
export const MEASURE_NAMES_PER_TABLE_MAX = 8192;
/** MeasureValues of one record. */
export const MEASURES_PER_RECORD_MAX = 256;
/** Distinct attribute names over all multi-measure records of one table. */
export const ATTRIBUTES_PER_TABLE_MAX = 1024;
/** The documented window for times ahead of the clock. */
export const FUTURE_WINDOW_MS = 15 * 60_000;
/**
 * How far a record may lie behind the retention. Together with the future window this gives the
 * 40 minutes by which every window that AWS prints is wider than the retention (write-api 5.7).
 */
export const PAST_SLACK_MS = 25 * 60_000;

// --- catalog (write-api 4.0, 6) ---

/** Characters in the name of a database or table. */
export const NAME_LENGTH_MIN = 3;
export const NAME_LENGTH_MAX = 256;
/** In one account. */
export const DATABASES_MAX = 500;
export const TABLES_MAX = 50_000;
/** A year of 365.25 days; 200 years. Both start at 1. */
export const MEMORY_RETENTION_HOURS_MAX = 8766;
export const MAGNETIC_RETENTION_DAYS_MAX = 73_000;
/** What a table gets that is created without retentions. */
export const MEMORY_RETENTION_HOURS_DEFAULT = 6;
export const MAGNETIC_RETENTION_DAYS_DEFAULT = 73_000;
/** Databases or tables in one page of a list. */
export const LIST_PAGE_MAX = 20;
/** Tags in one page of the query API's ListTagsForResource (query-api 9). */
export const TAGS_PAGE_MAX = 200;
/** Of one database or table. */
export const TAGS_PER_RESOURCE_MAX = 50;
/**
 * Additions to a schema that go into one metadata record together, as JSON characters. Twice this,
 * at three bytes per character, stays below METADATA_RECORD_BYTES_MAX.
 */
export const SCHEMA_PIECE_CHARS_MAX = 128 * 1024;

// --- account settings (query-api 8) ---

/** Capacities are multiples of this; one unit stands for 4 vCPU and 16 GB. */
export const QUERY_TCU_STEP = 4;
/** What an account starts with, and the most it may be given. */
export const QUERY_TCU_DEFAULT = 200;
export const QUERY_TCU_MAX = 1000;
/** Provisioned capacity that was changed is not lowered again before this. */
export const PROVISIONED_SHRINK_WAIT_MS = 3_600_000;

// --- wire ---

/** A full WriteRecords request is about 200 KB plus JSON overhead; AWS publishes no limit. */
export const REQUEST_BODY_BYTES_MAX = 5 * 1024 * 1024;
/** How much of a body that is too large is read, so that its sender gets to read the answer. */
export const REQUEST_DISCARD_BYTES_MAX = 16 * 1024 * 1024;
/** Buffers for bodies that are kept for the next requests: those of 128 common ones in flight. */
export const BODY_BUFFERS_BYTES_MAX = 16 * 1024 * 1024;
/** Signed headers of the SDKs take about 1 KB; session tokens up to 4 KB more. */
export const REQUEST_HEADER_BYTES_MAX = 16 * 1024;
/** Deeper JSON than any request shape needs (5); guards the reader's stack. */
export const JSON_DEPTH_MAX = 32;
/** AWS refuses requests stamped more than 15 minutes away (write-api 3.1). */
export const SIGNATURE_SKEW_MS = 15 * 60_000;

// --- other write protocols ---

/** InfluxDB 1's default of max-body-size, so that what it takes is taken here. */
export const LINE_PROTOCOL_BODY_BYTES_MAX = 25_000_000;
/** Of a remote write request as sent and decompressed: senders cut off at 8 MB by default. */
export const REMOTE_WRITE_BODY_BYTES_MAX = 32 * 1024 * 1024;
/**
 * Batches of RECORDS_PER_WRITE_MAX records of one request under way at once: group commit makes all
 * of them durable together, and 64 requests still stay within WRITES_IN_FLIGHT_MAX.
 */
export const BATCHES_IN_FLIGHT_MAX = 16;
/** Tables that one request fills batches for side by side, at about 60 KB each. */
export const BATCHES_OPEN_MAX = 64;
/** Lines or samples that an answer about a partial write tells of; the others are counted. */
export const WRITE_FAULTS_LISTED_MAX = 20;
/** What an error message repeats of a line that cannot be read. */
export const LINE_QUOTED_BYTES_MAX = 100;
/** What a client is told to wait when there is no room: the log frees some within milliseconds. */
export const WRITE_RETRY_AFTER_SECONDS = 1;

// --- query (query-api 3) ---

/** Length of a statement. */
export const QUERY_STRING_BYTES_MAX = 262_144;
/** The most that MaxRows may ask for. */
export const QUERY_ROWS_PER_PAGE_MAX = 1000;
/** A page is cut at this many bytes of JSON, whatever MaxRows says. */
export const QUERY_PAGE_BYTES_MAX = 1024 * 1024;
/** A statement that runs longer is stopped with QueryExecutionException. */
export const QUERY_DURATION_MS_MAX = 3_600_000;
/** One HTTP call of Query answers, perhaps with an empty page, within this time. */
export const QUERY_CALL_WAIT_MS_MAX = 50_000;
/** Queries that run at once in one worker; more only take turns on its thread. */
export const QUERIES_RUNNING_PER_WORKER = 2;
/** Queries in line for a place; at a few milliseconds each the last waits about a second. */
export const QUERIES_WAITING_MAX = 256;
/** Results that are open at once. Each holds its last page (1 MB) and a place in the engine. */
export const QUERIES_OPEN_MAX = 256;
/** Last pages of ended queries, kept for clients that repeat a call: 64 of the largest. */
export const QUERIES_ENDED_BYTES_MAX = 64 * 1024 * 1024;
/** A result that nobody asks for is closed after an hour, as the service's tokens expire. */
export const QUERY_IDLE_MS_MAX = 3_600_000;
/**
 * How long a worker may take to end a query that was cancelled, before the client is answered and
 * the worker replaced: DuckDB sees an interrupt between two vectors, and not while it plans.
 */
export const QUERY_CANCEL_MS_MAX = 10_000;
/** How long a worker's thread may say nothing at all, once it is doubted. */
export const WORKER_SILENCE_MS_MAX = 10_000;
/** How long a stopping server waits for its workers, whose queries it has cancelled. */
export const ROOM_STOP_MS_MAX = 15_000;
/** Replaced workers that still compute: each holds memory and perhaps a core. */
export const WORKERS_RETIRED_MAX = 4;
/** How deep expressions and sub-queries may nest; keeps our recursion and DuckDB's far from the stack's end. */
export const SQL_DEPTH_MAX = 200;
/**
 * Characters of the SQL that a statement is turned into. A statement of full length that lists
 * doubles grows fivefold, to 1.4 million; what is longer repeats its own parts.
 */
export const LOWERED_CHARS_MAX = 2 * 1024 * 1024;
/**
 * Brackets open at once in that SQL, those of a bound value counted twice. DuckDB's planning, which
 * cannot be interrupted, takes time with the cube of it: 240 about half a second, 400 three.
 */
export const LOWERED_BRACKETS_MAX = 240;
/** DuckDB's own limit, by default 1000: a bracket may stand for up to six of its levels. */
export const ENGINE_EXPRESSION_DEPTH_MAX = 4000;
/**
 * Lambdas within lambdas, and sub-queries within sub-queries, in that SQL. Each level doubles the
 * time of DuckDB's planning: 12 lambdas take 10 ms, 20 take 600; 12 sub-queries 10 ms, 20 take 4 s.
 */
export const LOWERED_LAMBDAS_MAX = 12;
/** In the whole SQL: planning takes the square of it, 1000 under a second, 3000 many. */
export const LOWERED_LAMBDAS_ALL_MAX = 1000;
export const SUBQUERY_DEPTH_MAX = 12;
/** Sub-queries in one statement: planning takes the cube of it, 200 about 50 ms, 800 two seconds. */
export const SUBQUERIES_MAX = 300;
/** How deep arrays, rows and maps may nest in a type; casts and comparisons grow with its square. */
export const TYPE_DEPTH_MAX = 12;
/** Fields of a row, those in it counted too: casting 1000 takes half a second, 5000 four. */
export const ROW_FIELDS_MAX = 1000;
/**
 * Different windows in a statement, by what they partition, order and frame by. Planning takes the
 * cube of it: 200 half a second, 400 three.
 */
export const WINDOWS_MAX = 200;
/**
 * Nodes of a statement's tree, operands that the analysis repeats counted each time (NULLIF, a CASE
 * of a value): a statement of full length has at most 130,000, and a walk over 200,000 takes 20 ms.
 */
export const TREE_NODES_MAX = 200_000;
/** Columns of one SELECT. The widest table has about 1150; stars over joins multiply them. */
export const SELECT_COLUMNS_MAX = 10_000;
/** Keys in all grouping sets of a SELECT together: ROLLUP over n keys has n²/2. */
export const GROUPING_KEYS_MAX = 65_536;
/** Named queries of one WITH: scopes are chains, so that finding names takes the square of it. */
export const NAMED_QUERIES_MAX = 1000;
/** Presto's own cap on the choices of combinations(). */
export const COMBINATIONS_MAX = 100_000;
/** Presto's own cap on sequence() and repeat(). */
export const SEQUENCE_ENTRIES_MAX = 10_000;
/**
 * Bytes of one text that a function makes: four times what a row of a page can hold
 * (QUERY_PAGE_BYTES_MAX), and a padded text of the most characters fits however wide they are.
 */
export const TEXT_BYTES_MAX = 4 * 1024 * 1024;
/** Of one array that a function puts together: 4 million cells, such as a month and a half of a series' seconds. */
export const ARRAY_BYTES_MAX = 64 * 1024 * 1024;
/** Texts that a function in TypeScript makes of one step's 2048 rows, together. */
export const STEP_TEXT_BYTES_MAX = 256 * 1024 * 1024;
/** Smaller values are made without asking: the 2048 of one step of the engine are 32 MB at most. */
export const VALUE_BYTES_UNASKED = 16 * 1024;
/**
 * What the process may hold beyond the limit of its queries: results on their way, the workers'
 * own objects, pages that the allocator keeps.
 */
export const QUERY_MEMORY_MARGIN_BYTES = 384 * 1024 * 1024;
/** How often that is checked: one look at the process's size, some microseconds. */
export const QUERY_MEMORY_CHECK_MS = 200;
/** How long queries that were stopped for it may take to give their memory back. */
export const QUERY_MEMORY_GRACE_MS = 2000;
/** array_sort with a comparator compares every pair: 25 million of them take about two seconds. */
export const ARRAY_COMPARED_MAX = 5_000;

// --- memory store ---

/** Large enough for any chunk, small enough that an idle server reserves little. */
export const MEMORY_SLAB_BYTES = 16 * 1024 * 1024;
/** Addresses count 64-byte units in 31 bits: 2^31 × 64 bytes = 128 GiB = 8192 slabs. */
export const MEMORY_SLABS_MAX = 8192;
/**
 * A late row rewrites one chunk, so chunks stay small; a scan pays once per chunk, so they are not
 * tiny. 1024 rows of ten doubles are 100 KB, which copies in about 20 µs.
 */
export const CHUNK_ROWS_MAX = 1024;
/** Keeps that true of very wide rows: beyond 64 columns of 8 bytes a chunk holds fewer rows. */
export const CHUNK_BYTES_MAX = 512 * 1024;
/** Writes that wait for rows in flight, per tile; the next is refused with ThrottlingException. */
export const TILE_WAITING_WRITES_MAX = 1024;

// --- magnetic store ---

/**
 * Values of a dimension, or measure names, that the tile index lists for an object: enough for
 * regions, kinds and states, by which dashboards select; hosts are found by what the file knows.
 */
export const OBJECT_VALUES_LISTED_MAX = 16;
/** Together, of one dimension. With 128 dimensions an object's entry stays far below a record. */
export const OBJECT_VALUES_LISTED_BYTES_MAX = 1024;
/** Late records in one report of rejected ones: at about 6 KB each at most, 6 MB of JSON. */
export const REPORT_RECORDS_MAX = 1000;
/** Rejected records that wait for their report: at about 1 KB each in memory, some 100 MB at most. */
export const REPORT_RECORDS_WAITING_MAX = 100_000;
/** Segments of an object's key become file names, which may have 255 bytes. */
export const REPORT_SEGMENT_BYTES_MAX = 200;

// --- substrate ---

/**
 * One log entry. A full WriteRecords request (REQUEST_BODY_BYTES_MAX) fits three times over; a
 * reader must be able to hold one entry in memory.
 */
export const LOG_ENTRY_BYTES_MAX = 16 * 1024 * 1024;
/** Entries written and synced together: at 300 MB/s this much takes about 30 ms. */
export const LOG_GROUP_BYTES_MAX = 8 * 1024 * 1024;
/** What may wait for the disk; more is refused with ThrottlingException. 0.2 s at 300 MB/s. */
export const LOG_QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** A log is trimmed by whole segments; the next one starts when this much is written. */
export const LOG_SEGMENT_BYTES = 64 * 1024 * 1024;
/** S3 allows 1024 bytes; the bucket prefix of a cell takes some of them. */
export const OBJECT_KEY_BYTES_MAX = 512;
/** A metadata record is a small change; whatever is larger belongs into an object. */
export const METADATA_RECORD_BYTES_MAX = 1024 * 1024;
/** Replaying this many records takes well under a second; a snapshot is written after as many. */
export const METADATA_SNAPSHOT_RECORDS = 10_000;
/** How often a raced change decides again. Losing this often in a row means something is wrong. */
export const METADATA_CHANGE_TRIES_MAX = 100;
/** Requests on the bus that wait for a reply, per process; guards memory, not fairness. */
export const BUS_REQUESTS_MAX = 10_000;

// --- engine ---

/**
 * Statements running in one DuckDB instance. Each holds a thread of libuv's pool while it computes;
 * admission lets far fewer in, this only keeps a mistake there from starving the process.
 */
export const ENGINE_STATEMENTS_MAX = 64;
/** Dictionary texts an engine keeps between scans: some hundred thousand dimension values. */
export const ENGINE_DICTIONARY_BYTES_MAX = 64 * 1024 * 1024;

// --- write path: what the decoder remembers between requests ---

/** Series whose dimensions are decoded once; two generations of it at most, about 100 MB. */
export const DIMENSION_CACHE_SETS_MAX = 131_072;
export const DIMENSION_CACHE_BYTES_MAX = 32 * 1024 * 1024;
/** Measure and attribute names: 8192 + 1024 a table; only names of at most 256 bytes are kept. */
export const NAMES_CACHED_MAX = 65_536;
/** Distinct prefixes of MeasureValues remembered: 64 kinds of full records; at worst 50 MB. */
export const MEASURE_TRIE_NODES_MAX = 16_384;
/** Spellings of the next measure tried before it is scanned; each costs a few bytes' comparison. */
export const ELEMENT_TEMPLATES_MAX = 8;

// --- write path: admission ---

/**
 * Requests between decoding and durability. Group commit makes one wait a few milliseconds, so that
 * this many are more than 100 k requests a second; each holds about 100 KB of columns.
 */
export const WRITES_IN_FLIGHT_MAX = 1024;
/** Sorting the rows of a tile spills to disk below this, and takes several times as long. */
export const SEAL_MEMORY_BYTES_MIN = 256 * 1024 * 1024;
/**
 * Rejected rows of one seal that are reported one by one: a client that repeats old data with other
 * values is told by the first of them, and the rest would fill the memory.
 */
export const SEAL_REJECTED_ROWS_MAX = 100_000;
/** Beyond so many partition keys in one predicate, asking for each costs more than it prunes. */
export const PARTITION_KEYS_PRUNED_MAX = 64;
/**
 * How often the rows of one request are routed before it is throttled: each of 100 late records
 * may be the first of its tile, and a few tiles may change meanwhile.
 */
export const ROUTING_ATTEMPTS_MAX = 128;
/** Each failed attempt means that another request has extended the schema; this many is a storm. */
export const SCHEMA_ATTEMPTS_MAX = 16;
/** Presto's own cap on grouping sets, which CUBE doubles with each key. */
export const GROUPING_SETS_MAX = 2048;

// --- tile scan kernels ---

/** Cells of objects that are decoded for a statement as it comes: about a tenth of a second. */
export const RESIDENT_CELLS_AT_ONCE_MAX = 8_000_000;
/** Beyond this, objects are never decoded for one statement: it would take seconds. */
export const RESIDENT_CELLS_MAX = 100_000_000;
/** Statements that have wanted the same objects before more than a few of them are decoded. */
export const RESIDENT_USES_MIN = 3;
/** Objects whose uses are counted; the least recently used are forgotten. */
export const OBJECTS_COUNTED_MAX = 10_000;

/**
 * Cells that a statement may read in the main thread: a quarter of a millisecond, which is less
 * than a worker takes to be woken on a busy machine.
 */
export const IN_PLACE_CELLS_MAX = 100_000;
/** Cells of a result that may be written there: about a millisecond of making texts. */
export const IN_PLACE_RESULT_CELLS_MAX = 10_000;
/**
 * Cells a kernel looks at before the thread sees to its messages: 2 to 5 ms, which is how late a
 * cancel is noticed, and what another run in the same thread waits.
 */
export const KERNEL_CELLS_PER_TURN = 2_000_000;
/**
 * Groups times aggregates that a kernel keeps at once, of up to 32 bytes each; what would have more
 * is left to the engine, which can spill.
 */
export const KERNEL_STATES_MAX = 4 * 1024 * 1024;
