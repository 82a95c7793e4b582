/*
 * The command line of `gradaudit audit`. Everything is judged here, before any work begins.
 */
#include "audit_options.h"

#include "gradaudit/check.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEY_SELECT = 0x500,
    KEY_IGNORE,
    KEY_RTOL,
    KEY_RESOLUTION,
    KEY_SEED,
    KEY_BUDGET,
    KEY_MEASURE,
    KEY_POINTS,
    KEY_WORKERS,
    KEY_ALLOW,
    KEY_STRICT,
    KEY_NO_DB,
    KEY_EXIT_ZERO,
    KEY_LIST
};

enum {
    MOST_POINTS = 64, /* of ga_options */
    MOST_WORKERS = 256
};

static const struct argp_option options[] = {
    {.name = "list", .key = KEY_LIST, .doc = "only print the subjects of each TARGET", .group = 1},
    {.name = "select",
     .key = KEY_SELECT,
     .arg = "CODES",
     .doc = "report only these: codes, names or family letters, as G01,untracked,S",
     .group = 2},
    {.name = "ignore",
     .key = KEY_IGNORE,
     .arg = "CODES",
     .doc = "report all but these",
     .group = 2},
    {.name = "allow",
     .key = KEY_ALLOW,
     .arg = "CODE[:VARIABLE]=REASON",
     .doc = "report this finding as accepted; it counts for nothing. May be repeated.",
     .group = 2},
    {.name = "rtol",
     .key = KEY_RTOL,
     .arg = "X",
     .doc = "allowed relative error of a gradient; default 1e-6 for double, 1e-4 for float",
     .group = 3},
    {.name = "resolution",
     .key = KEY_RESOLUTION,
     .arg = "X",
     .doc = "share of an element's scale that a pass may leave open; default 0.01",
     .group = 3},
    {.name = "strict", .key = KEY_STRICT, .doc = "pass only what is settled to rtol", .group = 3},
    {.name = "seed",
     .key = KEY_SEED,
     .arg = "S",
     .doc = "of the random choices; the same seed gives the same report. Default 0",
     .group = 3},
    {.name = "budget",
     .key = KEY_BUDGET,
     .arg = "10s|5000",
     .doc =
         "spend at most so many seconds or loss evaluations; may be given once for each. Default "
         "30s and 100000",
     .group = 3},
    {.name = "measure",
     .key = KEY_MEASURE,
     .arg = "HOW",
     .doc = "auto (the default): every element singly when that fits the budget, else directions "
            "through all elements, a search for what they show, and a spot check; all: every "
            "element singly, however long it takes, unless a budget is given; screen: directions "
            "and the search alone",
     .group = 3},
    {.name = "points",
     .key = KEY_POINTS,
     .arg = "K",
     .doc = "audit at K points, 1 to 64: the one given, and jittered ones around it; default 3 "
            "where an evaluation takes a millisecond at most, else 1",
     .group = 3},
    {.name = "workers",
     .key = KEY_WORKERS,
     .arg = "N",
     .doc = "evaluate in at most N processes at a time, 1 to 256; the report is the same for any "
            "N, unless the time runs out. Default: as many as there are processors for this one",
     .group = 3},
    {.name = "no-db", .key = KEY_NO_DB, .doc = "do not log this run", .group = 4},
    {.name = "exit-zero",
     .key = KEY_EXIT_ZERO,
     .doc = "answer 0 where it would be 1, 3 or 4",
     .group = 6},
    {0},
};

static const char documentation[] =
    "Audits the losses of plug-ins: measures the slope of each loss at its point, and compares the "
    "gradient with it: one element after the other where that fits the budget, else along "
    "directions through all of them. TARGET is a shared library that says GA_PLUGIN(subjects); "
    "without SUBJECT all its subjects are audited. ARGS go to their open().\n"
    "\v"
    "Each loss runs in a process of its own: a crash, an exit or a call of more than 60 seconds is "
    "a "
    "finding. What it prints is kept in the log; what an open() prints that refuses is shown.\n"
    "\n"
    "What does not fit the budget is not left out: the report says how large a fault anywhere "
    "could "
    "still hide, how sure that is, and what would make it finer.\n"
    "\n"
    "  gradaudit audit ./model.so                  all subjects\n"
    "  gradaudit audit ./model.so:mlp -- x.csv     one, with an argument for open()\n"
    "  gradaudit audit --budget 10s ./big.so       what ten seconds allow\n"
    "  gradaudit audit --format jsonl ./model.so   for a program to read\n"
    "  gradaudit audit --allow 'S01:W2=hinge loss' ./model.so\n"
    "\n"
    "Exit status, the first that applies: 70 internal error; 1 findings of severity error; 2 "
    "usage, "
    "file or log trouble, some target was not audited, or it was interrupted; 4 the user's code "
    "failed; 3 nothing could be judged, or with --strict not everything; 5 nothing to audit; 0 "
    "clean.";

static int take_codes(const char *option, const char *list)
{
    if (!*list) {
        cli_error("%s names no code", option);
        return CLI_SAID;
    }
    size_t length = 0;
    const char *const unknown = ga_check_list_error(list, &length);
    if (unknown) {
        cli_error("%s: there is no code '%.*s'; gradaudit checks lists them", option, (int)length,
                  unknown);
        return CLI_SAID;
    }
    return 0;
}

/* A share: above 0 and below 1. */
static int take_share(const char *option, const char *text, double *out)
{
    if (cli_number(text, out) && *out > 0.0 && *out < 1.0) {
        return 0;
    }
    cli_error("%s takes a number above 0 and below 1, not '%s'", option, text);
    return CLI_SAID;
}

static int take_budget(ga_options *audit, const char *text)
{
    const size_t length = strlen(text);
    uint64_t count = 0;
    if (length > 1 && text[length - 1] == 's') {
        char *const number = strndup(text, length - 1);
        const int good = number && cli_number(number, &audit->max_seconds);
        free(number);
        if (good && audit->max_seconds > 0.0) {
            return 0;
        }
    } else if (cli_whole(text, &count) && count > 0 && count <= SIZE_MAX) {
        audit->max_evaluations = (size_t)count;
        return 0;
    }
    cli_error("--budget takes seconds, as 10s, or a number of evaluations, as 5000; not '%s'",
              text);
    return CLI_SAID;
}

static const char *const measures[] = {
    [GA_MEASURE_AUTO] = "auto", [GA_MEASURE_ALL] = "all", [GA_MEASURE_SCREEN] = "screen"};

static int take_measure(const char *text, ga_measure *out)
{
    for (size_t k = 0; k < sizeof measures / sizeof *measures; k++) {
        if (strcmp(measures[k], text) == 0) {
            *out = (ga_measure)k;
            return 0;
        }
    }
    cli_error("--measure takes auto, all or screen, not '%s'", text);
    return CLI_SAID;
}

/* A whole number from 1 to `most`. */
static int take_count(const char *option, const char *text, int most, int *out)
{
    uint64_t count = 0;
    if (cli_whole(text, &count) && count >= 1 && count <= (uint64_t)most) {
        *out = (int)count;
        return 0;
    }
    cli_error("%s takes a whole number from 1 to %d, not '%s'", option, most, text);
    return CLI_SAID;
}

/* CODE[:VARIABLE]=REASON; codes have neither ':' nor '='. */
static int take_allowance(cli_audit_options *asked, const char *text)
{
    const char *const equals = strchr(text, '=');
    if (!equals || equals == text || !equals[1]) {
        cli_error("--allow takes CODE[:VARIABLE]=REASON, not '%s'", text);
        return CLI_SAID;
    }
    cli_allowance *const grown =
        realloc(asked->allowances, (asked->allowance_count + 1) * sizeof *grown);
    char *const code = strndup(text, (size_t)(equals - text));
    if (grown) {
        asked->allowances = grown;
    }
    if (!grown || !code) {
        free(code);
        return ENOMEM;
    }
    char *const colon = strchr(code, ':');
    if (colon) {
        *colon = '\0';
    }
    grown[asked->allowance_count++] =
        (cli_allowance){.code = code, .variable = colon ? colon + 1 : NULL, .reason = equals + 1};
    if (strchr(code, ',') || (colon && !colon[1])) {
        cli_error("--allow takes one code, and one variable if any, not '%s'", text);
        return CLI_SAID;
    }
    return take_codes("--allow", code);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    cli_audit_options *const asked = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &asked->db;
        state->child_inputs[1] = &asked->output;
        return 0;
    case KEY_SELECT:
        asked->audit.select = value;
        return take_codes("--select", value);
    case KEY_IGNORE:
        asked->audit.ignore = value;
        return take_codes("--ignore", value);
    case KEY_ALLOW:
        return take_allowance(asked, value);
    case KEY_RTOL:
        return take_share("--rtol", value, &asked->audit.rtol);
    case KEY_RESOLUTION:
        return take_share("--resolution", value, &asked->audit.resolution);
    case KEY_STRICT:
        asked->audit.strict = 1;
        return 0;
    case KEY_SEED:
        if (!cli_whole(value, &asked->audit.seed)) {
            cli_error("--seed takes a whole number from 0 on, not '%s'", value);
            return CLI_SAID;
        }
        return 0;
    case KEY_BUDGET:
        return take_budget(&asked->audit, value);
    case KEY_MEASURE:
        return take_measure(value, &asked->audit.measure);
    case KEY_POINTS:
        return take_count("--points", value, MOST_POINTS, &asked->audit.points);
    case KEY_WORKERS:
        return take_count("--workers", value, MOST_WORKERS, &asked->audit.workers);
    case KEY_NO_DB:
        asked->no_db = 1;
        return 0;
    case KEY_EXIT_ZERO:
        asked->exit_zero = 1;
        return 0;
    case KEY_LIST:
        asked->list = 1;
        return 0;
    case ARGP_KEY_ARG:
        asked->targets[asked->target_count++] = value;
        return 0;
    case ARGP_KEY_END:
        if (asked->audit.workers == 0) {
            const int processors = cli_processors();
            asked->audit.workers = processors < MOST_WORKERS ? processors : MOST_WORKERS;
        }
        if (asked->db && asked->no_db) {
            cli_error("--db and --no-db contradict each other");
            return CLI_SAID;
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int cli_audit_options_read(int argc, char **argv, cli_audit_options *out)
{
    *out = (cli_audit_options){.targets = calloc((size_t)argc + 1, sizeof *out->targets)};
    if (!out->targets) {
        cli_error("out of memory");
        return CLI_TROUBLE;
    }
    int count = 1;
    while (count < argc && strcmp(argv[count], "--") != 0) {
        count++;
    }
    if (count < argc) {
        out->argument_count = argc - count - 1;
        out->arguments = argv + count + 1;
    }
    static const struct argp_child children[] = {
        {.argp = &cli_log_argp}, {.argp = &cli_output_argp}, {0}};
    static const struct argp parser = {.options = options,
                                       .parser = parse,
                                       .args_doc = "TARGET[:SUBJECT]... [-- ARGS]",
                                       .doc = documentation,
                                       .children = children};
    return cli_parse(&parser, "audit", count, argv, out);
}

void cli_audit_options_free(cli_audit_options *asked)
{
    for (size_t i = 0; i < asked->allowance_count; i++) {
        free(asked->allowances[i].code);
    }
    free(asked->allowances);
    free(asked->targets);
}

static char *dump(json_t *value)
{
    char *const text = json_dumps(value, JSON_COMPACT);
    json_decref(value);
    return text;
}

char *cli_audit_options_json(const cli_audit_options *asked)
{
    const ga_options *const audit = &asked->audit;
    json_t *const allowed = json_array();
    for (size_t i = 0; i < asked->allowance_count; i++) {
        const cli_allowance *const allowance = &asked->allowances[i];
        (void)json_array_append_new(allowed, json_pack("{s:o,s:o,s:o}", "code",
                                                       cli_json_text(allowance->code), "variable",
                                                       cli_json_text(allowance->variable), "reason",
                                                       cli_json_text(allowance->reason)));
    }
    json_t *const seed = audit->seed <= INT64_MAX
                             ? json_integer((json_int_t)audit->seed)
                             : json_sprintf("%llu", (unsigned long long)audit->seed);
    return dump(json_pack("{s:o,s:f,s:f,s:I,s:f,s:s,s:i,s:i,s:o,s:o,s:b,s:b,s:o}", "seed", seed,
                          "rtol", audit->rtol, "resolution", audit->resolution, "max_evaluations",
                          (json_int_t)audit->max_evaluations, "max_seconds", audit->max_seconds,
                          "measure", measures[audit->measure], "points", audit->points, "workers",
                          audit->workers, "select", cli_json_text(audit->select), "ignore",
                          cli_json_text(audit->ignore), "strict", audit->strict, "exit_zero",
                          asked->exit_zero, "allow", allowed));
}

char *cli_audit_arguments_json(const cli_audit_options *asked)
{
    json_t *const array = json_array();
    for (int i = 0; i < asked->argument_count; i++) {
        json_t *const text = json_string(asked->arguments[i]);
        (void)json_array_append_new(array, text ? text : json_string("(not UTF-8)"));
    }
    return dump(array);
}
