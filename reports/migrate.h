/*
 * The schema and its history: an array of steps, each the SQL that leads from one version to the
 * next, carried out in one transaction.
 */
#ifndef GA_REPORTS_MIGRATE_H
#define GA_REPORTS_MIGRATE_H

#include "store_inside.h"

/* Made by meson from schema/. steps[k] leads from version k to version k + 1; readingN are views
 * for a connection that only reads version N, as if it were the newest: a new version changes each.
 */
extern const char ga_schema_version1[], ga_schema_version2[];
extern const char ga_schema_reading1[];
extern const char *const ga_schema_steps[GA_LOG_VERSION];

/*
 * Bring the log to version `count`. An empty file gets the whole schema and our mark. A log of an
 * older version is copied first, to FILE.v1.bak or the next free name like it. GA_EINVAL: not ours.
 * GA_EUNSUPPORTED: newer. On failure the file is as before.
 */
ga_status ga_store_migrate(ga_store *store, const char *const *steps, int count);

/* Let this connection, which only reads, see a log of an older version as one of ours. The file is
 * not touched. */
ga_status ga_store_read_as_current(ga_store *store, int64_t version);

#endif
