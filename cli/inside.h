/*
 * What happens inside the child, and the messages it sends.
 *
 * A message is a letter and a body: 'E' a sentence, why it cannot be done; 'O' likewise, when
 * open() refuses; 'S' subjects, as pairs of strings that end in NUL; 'P' a packed result in which
 * nothing was judged yet; 'R' the packed result.
 */
#ifndef GA_CLI_INSIDE_H
#define GA_CLI_INSIDE_H

#include "audit_options.h"

#include "gradaudit/isolate.h"

typedef struct cli_job {
    const char *file, *subject;
    const cli_audit_options *asked;
    int printed; /* what open() prints goes here; see printed.h */
} cli_job;

/* Bodies for ga_child_run(); the argument is a cli_job. */
void cli_list_inside(ga_child *child, void *job);
void cli_audit_inside(ga_child *child, void *job);

#endif
