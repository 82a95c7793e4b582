/*
 * What a person sees while an audit runs: one line on standard error, only on a terminal.
 */
#ifndef GA_CLI_PROGRESS_H
#define GA_CLI_PROGRESS_H

#include "gradaudit/isolate.h"

typedef struct cli_progress {
    int on;    /* standard error is a terminal */
    int shown; /* there is a line to wipe */
    double began;
    const char *subject;
} cli_progress;

void cli_progress_begin(cli_progress *progress, const char *subject);
void cli_progress_tick(const ga_activity *activity, void *progress); /* for ga_child_limits */
void cli_progress_end(cli_progress *progress);

#endif
