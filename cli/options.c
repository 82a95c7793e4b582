/*
 * Options that several commands take, and the way all of them are read.
 */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_HELP = 'h',
    KEY_FORMAT = 0x400,
    KEY_ELEMENTS,
    KEY_COLOR,
    KEY_ASCII,
    KEY_DB
};

int cli_number(const char *text, double *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out) && text[0] != ' ' &&
           !(errno == ERANGE && *out == 0.0);
}

int cli_whole(const char *text, uint64_t *out)
{
    if (text[0] < '0' || text[0] > '9') {
        return 0; /* strtoull would take a sign */
    }
    char *end = NULL;
    const int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    errno = 0;
    *out = strtoull(text, &end, base);
    return *end == '\0' && errno == 0;
}

/* ---- Printing -------------------------------------------------------------------------------- */

static const struct argp_option output_options[] = {
    {.name = "format",
     .key = KEY_FORMAT,
     .arg = "FORMAT",
     .doc = "text, concise (a line for each finding) or jsonl",
     .group = 5},
    {.name = "elements",
     .key = KEY_ELEMENTS,
     .arg = "WHICH",
     .doc = "failing (the default) or all: every measured element",
     .group = 5},
    {.name = "color",
     .key = KEY_COLOR,
     .arg = "WHEN",
     .doc = "always, never or auto (the default): only on a terminal",
     .group = 5},
    {.name = "ascii", .key = KEY_ASCII, .doc = "nothing beyond ASCII", .group = 5},
    {0},
};

static int take_format(cli_output_options *options, const char *name)
{
    options->report = ga_find_report(name);
    if (options->report) {
        return 0;
    }
    size_t count = 0;
    const ga_report *const *const all = ga_builtin_reports(&count);
    fprintf(stderr, "gradaudit: there is no format '%s'; there are:", name);
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "%s %s", i > 0 ? "," : "", all[i]->name);
    }
    fputc('\n', stderr);
    return CLI_SAID;
}

static error_t parse_output(int key, char *value, struct argp_state *state)
{
    cli_output_options *const options = state->input;
    switch (key) {
    case KEY_FORMAT:
        return take_format(options, value);
    case KEY_ELEMENTS:
        options->style.all_elements = strcmp(value, "all") == 0;
        if (!options->style.all_elements && strcmp(value, "failing") != 0) {
            cli_error("--elements takes failing or all, not '%s'", value);
            return CLI_SAID;
        }
        return 0;
    case KEY_COLOR:
        if (strcmp(value, "always") == 0) {
            options->color = CLI_ALWAYS;
        } else if (strcmp(value, "never") == 0) {
            options->color = CLI_NEVER;
        } else if (strcmp(value, "auto") == 0) {
            options->color = CLI_AUTO;
        } else {
            cli_error("--color takes always, never or auto, not '%s'", value);
            return CLI_SAID;
        }
        return 0;
    case KEY_ASCII:
        options->style.ascii = 1;
        return 0;
    case ARGP_KEY_END:
        if (!options->report) {
            options->report = ga_find_report("text");
        }
        options->style.color = cli_wants_color(options->color, stdout);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_output_argp = {.options = output_options, .parser = parse_output};

/* ---- The log --------------------------------------------------------------------------------- */

static const struct argp_option log_options[] = {
    {.name = "db",
     .key = KEY_DB,
     .arg = "FILE",
     .doc = "the log; default $GRADAUDIT_DB, else gradaudit.db in the current folder",
     .group = 4},
    {0},
};

static error_t parse_log(int key, char *value, struct argp_state *state)
{
    if (key != KEY_DB) {
        return ARGP_ERR_UNKNOWN;
    }
    if (!*value) {
        cli_error("--db names no file");
        return CLI_SAID;
    }
    *(const char **)state->input = value;
    return 0;
}

const struct argp cli_log_argp = {.options = log_options, .parser = parse_log};

const char *cli_log_path(const char *given)
{
    const char *const environment = getenv("GRADAUDIT_DB");
    return given ? given : environment && *environment ? environment : "gradaudit.db";
}

/* ---- All of them ----------------------------------------------------------------------------- */

/* The option that an argument names, "--seed=1" or an unambiguous start of it; NULL: none. */
static const struct argp_option *option_named(const struct argp *parser, const char *argument)
{
    const char *const name = argument + 2;
    const size_t length = strcspn(name, "=");
    const struct argp_option *found = NULL;
    for (const struct argp_option *o = parser->options; o && o->name; o++) {
        if (strncmp(o->name, name, length) == 0) {
            found = o;
        }
    }
    for (const struct argp_child *c = parser->children; !found && c && c->argp; c++) {
        found = option_named(c->argp, argument);
    }
    return found;
}

/* argp tells that something was wrong, but not what. */
static void say_what_is_wrong(const struct argp *parser, const char *command, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            continue;
        }
        const struct argp_option *const option =
            argv[i][1] == '-' ? option_named(parser, argv[i]) : NULL;
        const int has_value = strchr(argv[i], '=') != NULL;
        if (!option) {
            cli_error("'%s' is not an option of %s; see gradaudit %s --help", argv[i], command,
                      command);
            return;
        }
        if (option->arg && !has_value && i + 1 == argc) {
            cli_error("%s needs a value, %s", argv[i], option->arg);
            return;
        }
        if (!option->arg && has_value) {
            cli_error("'%s': this option takes no value", argv[i]);
            return;
        }
        i += option->arg && !has_value;
    }
    cli_error("these arguments make no sense; see gradaudit %s --help", command);
}

int cli_parse(const struct argp *parser, const char *command, int argc, char **argv, void *input)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            char name[64];
            (void)snprintf(name, sizeof name, "gradaudit %s", command);
            argp_help(parser, stdout, ARGP_HELP_LONG | ARGP_HELP_SHORT_USAGE | ARGP_HELP_DOC, name);
            return CLI_CLEAN;
        }
    }
    const error_t error =
        argp_parse(parser, argc, argv, ARGP_NO_HELP | ARGP_NO_EXIT | ARGP_NO_ERRS, NULL, input);
    if (error == 0) {
        return -1;
    }
    if (error == ENOMEM) {
        cli_error("out of memory");
    } else if (error != CLI_SAID) {
        say_what_is_wrong(parser, command, argc, argv);
    }
    return CLI_TROUBLE;
}
