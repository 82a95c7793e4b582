/*
 * What `gradaudit audit` was asked to do.
 */
#ifndef GA_CLI_AUDIT_OPTIONS_H
#define GA_CLI_AUDIT_OPTIONS_H

#include "options.h"

typedef struct cli_allowance {
    char *code, *variable; /* variable NULL: all */
    const char *reason;
} cli_allowance;

typedef struct cli_audit_options {
    ga_options audit; /* its texts are those of the command line */
    cli_output_options output;
    const char *db; /* as given */
    int no_db, exit_zero, list;
    cli_allowance *allowances;
    size_t allowance_count;
    char **targets; /* TARGET[:SUBJECT], as given */
    size_t target_count;
    int argument_count; /* what follows -- */
    char **arguments;
} cli_audit_options;

/* -1: go on. Else the exit code, and what is to be said was said. Free in either case. */
int cli_audit_options_read(int argc, char **argv, cli_audit_options *out);
void cli_audit_options_free(cli_audit_options *options);

/* As a JSON object and a JSON array, for the log; NULL: no memory. */
char *cli_audit_options_json(const cli_audit_options *options);
char *cli_audit_arguments_json(const cli_audit_options *options);

#endif
