-- The log of gradaudit, version 1. docs/log.md explains it to people who query it.
--
-- Facts are in tables, opinions in views. Beside a measured number stands its class ('finite', 'nan',
-- 'inf', '-inf', '-0'), since a REAL column keeps neither NaN (it becomes NULL) nor -0.0 (it becomes
-- 0.0); both NULL: there is no such number. BLOBs hold little-endian arrays and keep every bit.
-- Counts and seeds are unsigned 64-bit numbers kept in signed columns.

CREATE TABLE environment ( -- where an audit ran; one row for each that differs
    id       INTEGER PRIMARY KEY,
    digest   TEXT NOT NULL UNIQUE, -- of all columns below
    host     TEXT NOT NULL,
    os       TEXT NOT NULL,
    cpu      TEXT NOT NULL,
    compiler TEXT NOT NULL, -- that built gradaudit, and
    cflags   TEXT NOT NULL, -- its options as far as they are known
    libm     TEXT NOT NULL,
    version  TEXT NOT NULL  -- of gradaudit
) STRICT;

CREATE TABLE loss (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    source TEXT NOT NULL, -- the file it was loaded from; '' for a program's own
    UNIQUE (name, source)
) STRICT;

CREATE TABLE variable ( -- as last seen; what a run saw is in variable_result
    id       INTEGER PRIMARY KEY,
    loss     INTEGER NOT NULL REFERENCES loss (id) ON DELETE CASCADE,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL, -- registered, untracked, created (inside a call)
    role     TEXT,          -- trainable, frozen, state
    dtype    TEXT,          -- f64, f32
    shape    TEXT,          -- JSON: [784,10]; [] for a scalar
    elements INTEGER,
    file     TEXT,          -- where it is registered
    line     INTEGER,
    UNIQUE (loss, name)
) STRICT;

CREATE TABLE run ( -- one audit of one loss
    id               INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
    uuid             TEXT UNIQUE,
    loss             INTEGER REFERENCES loss (id), -- NULL: not known yet
    environment      INTEGER REFERENCES environment (id),
    target           TEXT,    -- the file audited; NULL: a program's own loss
    subject          TEXT,
    arguments        TEXT,    -- JSON: array of strings
    plan             TEXT,    -- for later versions
    kind             TEXT,    -- audit
    started          INTEGER, -- milliseconds since 1970, UTC
    duration         REAL,    -- seconds
    git_commit       TEXT,
    git_branch       TEXT,
    git_dirty        INTEGER NOT NULL DEFAULT -1, -- 1: uncommitted changes, 0: none, -1: not known
    seed             INTEGER,
    options          TEXT,    -- JSON: object
    algorithm        INTEGER, -- raised whenever a verdict could differ from before
    strict           INTEGER,
    loss_value       REAL,    -- at the point
    loss_value_class TEXT,
    noise            REAL,    -- standard deviation, in units of the loss
    noise_class      TEXT,
    resolution       REAL,    -- the largest fault that could hide, as a share of |g|
    resolution_class TEXT,
    coverage         REAL,    -- share of the trainable elements that were measured
    coverage_class   TEXT,
    repeatable       INTEGER, -- 1: yes, 0: no, -1: not looked at
    repeats          INTEGER, -- calls of the loss at the point, and
    distinct_values  INTEGER, -- how many values they gave
    evaluations      INTEGER, -- of the loss
    gradient_calls   INTEGER,
    points           INTEGER,
    verdict          TEXT,    -- pass, inconclusive, fail, skipped
    status           TEXT NOT NULL, -- running, done, error, aborted
    output           TEXT,    -- the head of what the loss printed
    pid              INTEGER, -- of the process that writes this row, with
    boot             TEXT,    -- the boot and
    process_started  INTEGER, -- the start (in ticks since the boot) that make it unique
    why              TEXT     -- status error: what went wrong
) STRICT;

CREATE TABLE check_result (
    run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- the order of reporting, from 0
    code     TEXT,
    name     TEXT,
    verdict  TEXT NOT NULL,
    reason   TEXT, -- why it was skipped
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE variable_result (
    run                 INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position            INTEGER NOT NULL, -- the order of reporting, from 0
    variable            INTEGER NOT NULL REFERENCES variable (id),
    dtype               TEXT NOT NULL,
    role                TEXT NOT NULL,
    shape               TEXT NOT NULL, -- JSON: [784,10]
    elements            INTEGER NOT NULL,
    checked             INTEGER NOT NULL, -- measured singly
    verdict             TEXT NOT NULL,
    failed              INTEGER NOT NULL, -- elements, by what they are
    inconclusive        INTEGER NOT NULL,
    nonfinite           INTEGER NOT NULL,
    zero                INTEGER NOT NULL,
    unwritten           INTEGER NOT NULL,
    worst_index         INTEGER, -- flat; NULL: nothing was measured
    worst_place         TEXT,    -- the same as [3,12]
    worst_error         REAL,    -- relative
    worst_error_class   TEXT,
    resolution          REAL,    -- the largest fault that could hide, as a share of |g|
    resolution_class    TEXT,
    gradient_norm       REAL,    -- Euclidean, of the claimed gradient
    gradient_norm_class TEXT,
    rtol                REAL,
    file                TEXT,    -- where it was registered
    line                INTEGER,
    PRIMARY KEY (run, position),
    UNIQUE (variable, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE element ( -- all that fail (the worst 10 000 of each variable) and the worst 32 of each
    run               INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    variable          INTEGER NOT NULL REFERENCES variable (id),
    flat_index        INTEGER NOT NULL,
    place             TEXT NOT NULL, -- the same as [3,12]; '' for a scalar
    x                 REAL,
    x_class           TEXT,
    analytic          REAL,
    analytic_class    TEXT,
    measured          REAL,
    measured_class    TEXT,
    uncertainty       REAL, -- of measured
    uncertainty_class TEXT,
    resolution        REAL, -- faults above this are excluded or shown; absolute
    resolution_class  TEXT,
    step              REAL,
    step_class        TEXT,
    verdict           TEXT NOT NULL,
    evaluations       INTEGER,
    reason            TEXT
) STRICT;

CREATE TABLE gradient ( -- every element, as arrays; enough to show a run again, bit for bit
    run              INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    variable         INTEGER NOT NULL REFERENCES variable (id),
    point            INTEGER NOT NULL DEFAULT 0,
    x                BLOB, -- float64 of all elements
    analytic         BLOB, -- float64 of all elements, as stored by the loss
    measured_count   INTEGER NOT NULL, -- m: elements that were measured singly
    checked          BLOB, -- uint64, m: their flat indices; NULL: 0, 1, ... m-1
    checked_x        BLOB, -- float64, m: NULL: as in x
    checked_analytic BLOB, -- float64, m, divided by gradient_scale; NULL: as in analytic
    measured         BLOB, -- float64, m
    uncertainty      BLOB, -- float64, m
    resolution       BLOB, -- float64, m
    step             BLOB, -- float64, m
    verdict          BLOB, -- byte, m: 0 skipped, 1 pass, 2 inconclusive, 3 fail
    evaluations      BLOB, -- uint16, m; uint32 where one needs it
    reason           BLOB, -- byte, m (uint32 beyond 255 reasons): 0 none, k the k-th of reasons
    reasons          TEXT, -- JSON: array of strings
    PRIMARY KEY (run, variable, point)
) STRICT;

CREATE TABLE curve ( -- step sweeps of the worst elements; for later versions
    run               INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    variable          INTEGER NOT NULL REFERENCES variable (id),
    flat_index        INTEGER NOT NULL,
    step              REAL,
    measured          REAL,
    measured_class    TEXT,
    uncertainty       REAL,
    uncertainty_class TEXT
) STRICT;

CREATE TABLE finding (
    run               INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position          INTEGER NOT NULL, -- the order of reporting, from 0: errors first
    code              TEXT,
    name              TEXT,
    refines           TEXT, -- the code that this one explains better
    severity          TEXT NOT NULL, -- error, warning, note
    verdict           TEXT NOT NULL,
    variable          INTEGER REFERENCES variable (id), -- NULL: the loss as a whole
    flat_index        INTEGER, -- the worst element
    place             TEXT,    -- the same as [3,12]
    indices           TEXT NOT NULL, -- JSON: flat indices, at most 32, the worst first
    count             INTEGER NOT NULL, -- elements concerned in all
    analytic          REAL,
    analytic_class    TEXT,
    measured          REAL,
    measured_class    TEXT,
    uncertainty       REAL,
    uncertainty_class TEXT,
    file              TEXT,
    line              INTEGER,
    fingerprint       TEXT NOT NULL, -- the same in each run: of loss, code (that it refines), variable
    message           TEXT,
    why               TEXT,
    help              TEXT,
    data              TEXT, -- JSON; for later versions
    suppressed        TEXT, -- the reason given for allowing it; NULL: it counts
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_loss ON run (loss, started);
CREATE INDEX run_status ON run (status);
CREATE INDEX run_commit ON run (git_commit);
CREATE INDEX element_run ON element (run, variable);
CREATE INDEX element_variable ON element (variable);
CREATE INDEX gradient_variable ON gradient (variable);
CREATE INDEX curve_run ON curve (run, variable);
CREATE INDEX curve_variable ON curve (variable);
CREATE INDEX finding_fingerprint ON finding (fingerprint, run);
CREATE INDEX finding_variable ON finding (variable);

CREATE VIEW v_result AS -- each variable of each run that ended, with names in place of numbers
SELECT r.id AS run, datetime(r.started / 1000, 'unixepoch') AS started, l.name AS loss,
    v.name AS variable, s.verdict, s.failed, s.inconclusive, s.checked, s.elements, s.worst_place,
    s.worst_error, s.worst_error_class, s.resolution, s.gradient_norm, s.role, s.dtype, s.shape,
    r.git_commit, r.git_branch, r.git_dirty
FROM variable_result AS s
    JOIN run AS r ON r.id = s.run
    JOIN variable AS v ON v.id = s.variable
    JOIN loss AS l ON l.id = v.loss
WHERE r.status IN ('done', 'aborted');

CREATE VIEW v_latest AS -- the newest run of each loss that ended
SELECT r.id AS run, datetime(r.started / 1000, 'unixepoch') AS started, l.name AS loss, l.source,
    r.verdict, r.resolution, r.coverage, r.evaluations, r.duration, r.status, r.git_commit,
    r.git_dirty,
    (SELECT count(*) FROM finding AS f
     WHERE f.run = r.id AND f.severity = 'error' AND f.suppressed IS NULL) AS errors,
    (SELECT count(*) FROM finding AS f
     WHERE f.run = r.id AND f.severity = 'warning' AND f.suppressed IS NULL) AS warnings
FROM loss AS l
    JOIN run AS r ON r.id = (SELECT max(n.id) FROM run AS n
                             WHERE n.loss = l.id AND n.status IN ('done', 'aborted'));

CREATE VIEW v_worst AS -- elements in the newest run of each loss, those that are furthest off first
SELECT n.run, n.loss, v.name AS variable, e.place, e.analytic, e.measured, e.uncertainty,
    abs(e.analytic - e.measured) AS gap, e.verdict, e.reason, e.x, e.step
FROM v_latest AS n
    JOIN element AS e ON e.run = n.run
    JOIN variable AS v ON v.id = e.variable
ORDER BY e.verdict <> 'fail', (e.analytic - e.measured) IS NOT NULL, gap DESC;
