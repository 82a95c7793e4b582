/*
 * What the commands share: how they answer, complain and print.
 *
 * A command gets its arguments with its own name first and answers with the exit code; main() is
 * the only one that exits. Results go to standard output, everything else to standard error as one
 * line that begins with "gradaudit: ".
 */
#ifndef GA_CLI_CLI_H
#define GA_CLI_CLI_H

#include "gradaudit/gradaudit.h"

#include <jansson.h>

enum {
    CLI_CLEAN = 0,
    CLI_FINDINGS = 1,  /* of severity error */
    CLI_TROUBLE = 2,   /* usage, input or output, the log; some target was not audited */
    CLI_UNJUDGED = 3,  /* nothing could be judged, or not as strictly as asked */
    CLI_USER_CODE = 4, /* the user's code failed, and nothing else is wrong */
    CLI_NOTHING = 5,   /* nothing to audit */
    CLI_INTERNAL = 70
};

/* Of two exit codes, the one that comes first in 70, 1, 2, 4, 3, 5, 0. */
int cli_worse(int a, int b);

#define COMMAND(name, summary) int cli_##name(int argc, char **argv);
#include "commands.def"
#undef COMMAND

/* "gradaudit: " and the sentence, to standard error. */
void cli_error(const char *format, ...) GA_PRINTF(1, 2);

/* A text of the user's, whole, to standard output, so that it cannot do anything to a terminal. */
void cli_print_text(const char *text, int ascii);

/* Likewise of several lines, which stay lines, and with tabs; nothing for an empty text. */
void cli_print_lines(FILE *out, const char *text, int ascii);

/* What was printed so far becomes visible now. */
void cli_flush_output(void);

/* Everything has been printed: says so when standard output could not take it. CLI_CLEAN or
 * CLI_TROUBLE. */
int cli_finish_output(void);

/* Whether to write colour to `out`: the option, then NO_COLOR, CLICOLOR_FORCE, the terminal. */
typedef enum cli_when {
    CLI_AUTO,
    CLI_ALWAYS,
    CLI_NEVER
} cli_when;
int cli_wants_color(cli_when when, FILE *out);

/* How many processors this process may use, at least 1. */
int cli_processors(void);

/* Seconds of a clock that only goes forward. */
double cli_seconds(void);

/* A text as JSON; what is not UTF-8 becomes a remark. Never NULL but for want of memory. */
json_t *cli_json_text(const char *text);

/* A number as JSON; what JSON cannot say becomes "NaN", "Infinity", "-Infinity". */
json_t *cli_json_number(double value);

/* Prints one JSON object and a line end to standard output, and gives it up. */
void cli_print_json(json_t *object);

#endif
