/*
 * Options that several commands take, and the way all of them are read.
 */
#ifndef GA_CLI_OPTIONS_H
#define GA_CLI_OPTIONS_H

#include "cli.h"

#include "gradaudit/report.h"

#include <argp.h>

/* How a result is printed: --format --elements --color --ascii. A child parser: its input is a
 * cli_output_options. */
typedef struct cli_output_options {
    const ga_report *report;
    ga_report_style style; /* complete after cli_parse() */
    cli_when color;
} cli_output_options;
extern const struct argp cli_output_argp;

/* Which log: --db. Its input is a const char *, which stays NULL when the option is not given. */
extern const struct argp cli_log_argp;

/* The log to use: what --db says, $GRADAUDIT_DB, gradaudit.db in the current folder. */
const char *cli_log_path(const char *given);

/* A parser that has said what is wrong answers this. */
enum {
    CLI_SAID = 1000
};

/* Reads the arguments of a command. -1: go on. Else the exit code: help was printed, or what is
 * wrong was said. */
int cli_parse(const struct argp *parser, const char *command, int argc, char **argv, void *input);

/* A finite number, all of the text; 0: it is not one. */
int cli_number(const char *text, double *out);

/* A whole number from 0 on, decimal or 0x; 0: it is not one. */
int cli_whole(const char *text, uint64_t *out);

#endif
