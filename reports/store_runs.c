/*
 * The list of runs, newest first. A row that says "running" is believed only while the process that
 * wrote it lives.
 */
#include "store_inside.h"

#include "common.h"
#include "host.h"

#include <string.h>

static const char *text_at(sqlite3_stmt *statement, int column)
{
    return ga_or_empty((const char *)sqlite3_column_text(statement, column));
}

static int is_unfinished(const char *status, sqlite3_stmt *statement, int column)
{
    if (strcmp(status, "running") != 0) {
        return 0;
    }
    ga_process process = {.pid = (pid_t)sqlite3_column_int(statement, column),
                          .started = sqlite3_column_int64(statement, column + 2)};
    const char *const boot = text_at(statement, column + 1);
    (void)snprintf(process.boot, sizeof process.boot, "%s", boot);
    return !ga_process_lives(&process);
}

static ga_verdict verdict_named(const char *word)
{
    for (int verdict = GA_FAIL; verdict > GA_SKIPPED; verdict--) {
        if (strcmp(ga_verdict_text((ga_verdict)verdict), word) == 0) {
            return (ga_verdict)verdict;
        }
    }
    return GA_SKIPPED;
}

static int visit_row(sqlite3_stmt *statement, int (*visit)(const ga_store_run *run, void *arg),
                     void *arg)
{
    ga_store_run run = {
        .id = sqlite3_column_int64(statement, 0),
        .loss = text_at(statement, 1),
        .target = text_at(statement, 2),
        .subject = text_at(statement, 3),
        .commit = text_at(statement, 4),
        .dirty = sqlite3_column_int(statement, 5),
        .started = sqlite3_column_int64(statement, 6),
        .seconds = sqlite3_column_double(statement, 7),
        .status = text_at(statement, 8),
        .verdict = verdict_named(text_at(statement, 9)),
        .errors = (size_t)sqlite3_column_int64(statement, 10),
        .warnings = (size_t)sqlite3_column_int64(statement, 11),
    };
    if (is_unfinished(run.status, statement, 12)) {
        run.status = "unfinished";
    }
    return visit(&run, arg);
}

ga_status ga_store_runs(ga_store *store, size_t limit,
                        int (*visit)(const ga_store_run *run, void *arg), void *arg)
{
    ga_status status = ga_store_usable(store, GA_STORE_READ);
    if (status != GA_OK) {
        return status;
    }
    ga_row row = ga_row_prepare(
        store, "SELECT r.id, l.name, r.target, r.subject, r.git_commit, r.git_dirty, r.started, "
               "r.duration, r.status, r.verdict, "
               "(SELECT count(*) FROM finding AS f WHERE f.run = r.id AND f.severity = 'error' "
               "AND f.suppressed IS NULL), "
               "(SELECT count(*) FROM finding AS f WHERE f.run = r.id AND f.severity = 'warning' "
               "AND f.suppressed IS NULL), r.pid, r.boot, r.process_started "
               "FROM run AS r LEFT JOIN loss AS l ON l.id = r.loss ORDER BY r.id DESC LIMIT ?");
    ga_put_integer(&row, limit == 0 || limit > INT32_MAX ? -1 : (int64_t)limit);
    for (int found = 1; status == GA_OK && found;) {
        status = ga_row_fetch(&row, &found);
        if (status == GA_OK && found && visit_row(row.statement, visit, arg) != 0) {
            break;
        }
    }
    const ga_status end = ga_row_end(&row);
    return status == GA_OK ? end : status;
}
