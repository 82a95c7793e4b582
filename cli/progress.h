/*
 * What a person sees while an audit runs, on standard error and only on a terminal: what is going
 * to be measured, which stays, and one line on how far it has come, which does not.
 */
#ifndef GA_CLI_PROGRESS_H
#define GA_CLI_PROGRESS_H

#include "gradaudit/isolate.h"

typedef struct cli_progress {
    int on;    /* standard error is a terminal */
    int said;  /* the plan was */
    int shown; /* there is a line to wipe */
    double began;
    const char *subject;
} cli_progress;

void cli_progress_begin(cli_progress *progress, const char *subject);
void cli_progress_tick(const ga_activity *activity, void *progress); /* for ga_child_limits */
void cli_progress_end(cli_progress *progress);

#endif
