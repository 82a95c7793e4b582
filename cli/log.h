/*
 * The log around a child: never open across a fork, never a reason to lose a report.
 */
#ifndef GA_CLI_LOG_H
#define GA_CLI_LOG_H

#include "cli.h"

#include "gradaudit/store.h"

typedef struct cli_log {
    const char *path; /* NULL: runs are not logged */
    int failed;       /* something could not be written, and was said */
} cli_log;

/* Whether the log can be used, before any work. 0: it was refused, and said why. A log that cannot
 * be written is said at once, but does not stop the audit: then log->failed is set and nothing is
 * logged. */
int cli_log_check(cli_log *log);

/* The id of a run that begins, or 0. */
int64_t cli_log_begin(cli_log *log, const char *loss, const ga_store_meta *meta);
void cli_log_finish(cli_log *log, int64_t run, ga_result *result, const ga_store_meta *meta);
void cli_log_abandon(cli_log *log, int64_t run, const char *why);

/* For reading. NULL: it cannot be read, which was said. */
ga_store *cli_log_open(const char *path);

#endif
