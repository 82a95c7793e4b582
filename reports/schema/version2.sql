-- From version 1 to version 2: what directions covered, what could still hide, and several points.
-- The columns run.plan and run.points are there since version 1, and are filled from now on.

ALTER TABLE run ADD COLUMN screened INTEGER NOT NULL DEFAULT 0; -- 1: directions, not every element
ALTER TABLE run ADD COLUMN confidence REAL; -- that no fault above resolution hides in what was covered
ALTER TABLE run ADD COLUMN confidence_class TEXT;
ALTER TABLE run ADD COLUMN seen_share REAL; -- of the elements: a 0 in place of theirs would have shown
ALTER TABLE run ADD COLUMN seen_share_class TEXT;
ALTER TABLE run ADD COLUMN limited_by TEXT; -- noise, rounding, kinks, ...; NULL: nothing
ALTER TABLE run ADD COLUMN remedy TEXT; -- what would help, a sentence
ALTER TABLE run ADD COLUMN twin INTEGER NOT NULL DEFAULT 0; -- 1: slopes are those of the double twin
ALTER TABLE run ADD COLUMN unexplained REAL; -- largest residual along a direction, in its bars
ALTER TABLE run ADD COLUMN unexplained_class TEXT;

ALTER TABLE variable_result ADD COLUMN covered INTEGER NOT NULL DEFAULT 0; -- by directions only
ALTER TABLE variable_result ADD COLUMN seen_share REAL;
ALTER TABLE variable_result ADD COLUMN seen_share_class TEXT;
ALTER TABLE variable_result ADD COLUMN limited_by TEXT;
ALTER TABLE variable_result ADD COLUMN claimed REAL; -- along a direction of this variable alone
ALTER TABLE variable_result ADD COLUMN claimed_class TEXT;
ALTER TABLE variable_result ADD COLUMN measured REAL;
ALTER TABLE variable_result ADD COLUMN measured_class TEXT;
ALTER TABLE variable_result ADD COLUMN uncertainty REAL; -- of measured
ALTER TABLE variable_result ADD COLUMN uncertainty_class TEXT;

ALTER TABLE finding ADD COLUMN point INTEGER NOT NULL DEFAULT 0; -- 0: the given one; k: jittered
ALTER TABLE finding ADD COLUMN along INTEGER NOT NULL DEFAULT 0; -- 1: the numbers are of a direction

DROP VIEW v_result;
CREATE VIEW v_result AS -- each variable of each run that ended, with names in place of numbers
SELECT r.id AS run, datetime(r.started / 1000, 'unixepoch') AS started, l.name AS loss,
    v.name AS variable, s.verdict, s.failed, s.inconclusive, s.checked, s.covered, s.elements,
    s.worst_place, s.worst_error, s.worst_error_class, s.resolution, s.seen_share, s.limited_by,
    s.gradient_norm, s.role, s.dtype, s.shape, r.git_commit, r.git_branch, r.git_dirty
FROM variable_result AS s
    JOIN run AS r ON r.id = s.run
    JOIN variable AS v ON v.id = s.variable
    JOIN loss AS l ON l.id = v.loss
WHERE r.status IN ('done', 'aborted');

DROP VIEW v_latest;
CREATE VIEW v_latest AS -- the newest run of each loss that ended
SELECT r.id AS run, datetime(r.started / 1000, 'unixepoch') AS started, l.name AS loss, l.source,
    r.verdict, r.screened, r.resolution, r.confidence, r.coverage, r.seen_share, r.limited_by,
    r.points, r.twin, r.evaluations, r.duration, r.status, r.git_commit, r.git_dirty,
    (SELECT count(*) FROM finding AS f
     WHERE f.run = r.id AND f.severity = 'error' AND f.suppressed IS NULL) AS errors,
    (SELECT count(*) FROM finding AS f
     WHERE f.run = r.id AND f.severity = 'warning' AND f.suppressed IS NULL) AS warnings
FROM loss AS l
    JOIN run AS r ON r.id = (SELECT max(n.id) FROM run AS n
                             WHERE n.loss = l.id AND n.status IN ('done', 'aborted'));
