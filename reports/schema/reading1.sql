-- How a log of version 1 is read without a change to it: for this connection alone, its tables have
-- the columns that later versions added. Migrated meanwhile by somebody else, a table has its own.

CREATE TEMP VIEW run AS
SELECT *, 0 AS screened, NULL AS confidence, NULL AS confidence_class, NULL AS seen_share,
    NULL AS seen_share_class, NULL AS limited_by, NULL AS remedy, 0 AS twin, NULL AS unexplained,
    NULL AS unexplained_class
FROM main.run;

CREATE TEMP VIEW variable_result AS
SELECT *, 0 AS covered, NULL AS seen_share, NULL AS seen_share_class, NULL AS limited_by,
    NULL AS claimed, NULL AS claimed_class, NULL AS measured, NULL AS measured_class,
    NULL AS uncertainty, NULL AS uncertainty_class
FROM main.variable_result;

CREATE TEMP VIEW finding AS
SELECT *, 0 AS point, 0 AS along
FROM main.finding;
