/*
 * The log: results in a SQLite file. docs/log.md describes the schema for people who query it.
 *
 *     ga_store *log = NULL;
 *     if (ga_store_open("gradaudit.db", GA_STORE_WRITE, &log) == GA_OK) {
 *         int64_t run = 0;
 *         ga_store_write(log, result, NULL, &run);
 *     }
 *     ga_store_close(log);
 *
 * A log may be written by several processes at once; each run lands whole or not at all. A handle
 * belongs to one thread and is never used across fork().
 */
#ifndef GRADAUDIT_STORE_H
#define GRADAUDIT_STORE_H

#include "gradaudit/gradaudit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ga_store ga_store;

typedef enum ga_store_mode {
    GA_STORE_READ,  /* the file must exist; nothing is written */
    GA_STORE_WRITE  /* created when missing; an older schema is migrated, after a copy was made */
} ga_store_mode;

/* What is known of a run beside its result. Any text may be NULL. */
typedef struct ga_store_meta {
    const char *target, *subject; /* what was audited */
    const char *arguments;        /* a JSON array of strings */
    const char *options;          /* a JSON object */
    const char *source_dir;       /* whose git revision to note; NULL: the current folder */
    const char *output;           /* what the loss printed */
} ga_store_meta;

/*
 * Open a log; path ":memory:" keeps it in memory. *out is set whenever there is memory, so that
 * ga_store_error() can say what is wrong; close it in any case.
 *   GA_EINVAL        not a SQLite file, damaged, or not a gradaudit log: it was not touched
 *   GA_EUNSUPPORTED  GA_STORE_WRITE on a log of a newer version: it was not touched (reading works
 *                    as far as the newer schema allows)
 *   GA_EIO           cannot be opened, created or written
 */
GA_API ga_status ga_store_open(const char *path, ga_store_mode mode, ga_store **out);

/* The last failure as a sentence with the file's name; "" when there was none. */
GA_API const char *ga_store_error(const ga_store *store);

/* Note that a run begins: committed at once as "running", so that a run that never ends shows as
 * unfinished. *run gets its id (> 0). `loss` names the loss as far as it is known (may be NULL). */
GA_API ga_status ga_store_begin(ga_store *store, const char *loss, const ga_store_meta *meta,
                                int64_t *run);

/* Complete a run that ga_store_begin() noted, in one transaction; gives the result its run id. */
GA_API ga_status ga_store_finish(ga_store *store, int64_t run, ga_result *result,
                                 const ga_store_meta *meta);

/* A run that cannot be completed: status "error", with a sentence. */
GA_API ga_status ga_store_abandon(ga_store *store, int64_t run, const char *why);

/* Begin and finish in one call. meta and run may be NULL. */
GA_API ga_status ga_store_write(ga_store *store, ga_result *result, const ga_store_meta *meta,
                                int64_t *run);

/* Load a run; the result is equal to the one that was stored. GA_EINVAL: no such run, or one that
 * never finished (ga_store_error() says which). */
GA_API ga_status ga_store_read(ga_store *store, int64_t run, ga_result **out);

typedef struct ga_store_run {
    int64_t id;
    const char *loss, *target, *subject, *commit; /* "" when unknown */
    int dirty;                                    /* 1, 0, or -1: unknown */
    int64_t started;                              /* milliseconds since 1970, UTC */
    double seconds;
    const char *status; /* "running", "done", "error", "aborted", "unfinished" */
    ga_verdict verdict;
    size_t errors, warnings;
} ga_store_run;

/* Calls visit for each run, newest first, at most `limit` (0: all); stops when it returns non-zero.
 * The texts are good during the call. */
GA_API ga_status ga_store_runs(ga_store *store, size_t limit,
                               int (*visit)(const ga_store_run *run, void *arg), void *arg);

GA_API void ga_store_close(ga_store *store);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
