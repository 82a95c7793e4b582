/*
 * gradaudit runs: what the log holds, the newest first.
 */
#include "log.h"
#include "options.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum {
    KEY_LIMIT = 0x600,
    KEY_FORMAT,
    DEFAULT_LIMIT = 20
};

typedef struct asked {
    const char *db;
    uint64_t limit;
    int jsonl;
} asked;

static const struct argp_option options[] = {
    {.name = "limit",
     .key = KEY_LIMIT,
     .arg = "N",
     .doc = "at most so many; default 20, 0 for all",
     .group = 1},
    {.name = "format", .key = KEY_FORMAT, .arg = "FORMAT", .doc = "text or jsonl", .group = 5},
    {0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    asked *const what = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &what->db;
        return 0;
    case KEY_LIMIT:
        if (!cli_whole(value, &what->limit) || what->limit > SIZE_MAX) {
            cli_error("--limit takes a whole number from 0 on, not '%s'", value);
            return CLI_SAID;
        }
        return 0;
    case KEY_FORMAT:
        what->jsonl = strcmp(value, "jsonl") == 0;
        if (!what->jsonl && strcmp(value, "text") != 0) {
            cli_error("--format takes text or jsonl here, not '%s'", value);
            return CLI_SAID;
        }
        return 0;
    case ARGP_KEY_ARG:
        cli_error("runs takes no argument such as '%s'; gradaudit show RUN prints one", value);
        return CLI_SAID;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

typedef struct when {
    char text[32];
} when;

static when time_of(const ga_store_run *run, int iso)
{
    const time_t seconds = (time_t)(run->started / 1000);
    struct tm parts;
    when out = {"?"};
    if (gmtime_r(&seconds, &parts)) {
        (void)(iso ? strftime(out.text, sizeof out.text, "%Y-%m-%dT%H:%M:%SZ", &parts)
                   : strftime(out.text, sizeof out.text, "%Y-%m-%d %H:%M", &parts));
    }
    return out;
}

static int has_verdict(const ga_store_run *run)
{
    return strcmp(run->status, "done") == 0 || strcmp(run->status, "aborted") == 0;
}

static int print_json(const ga_store_run *run, void *unused)
{
    (void)unused;
    const when started = time_of(run, 1);
    cli_print_json(
        json_pack("{s:s,s:I,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o,s:I,s:I}", "type", "log", "run",
                  (json_int_t)run->id, "started", started.text, "loss", cli_json_text(run->loss),
                  "target", cli_json_text(run->target), "subject", cli_json_text(run->subject),
                  "commit", cli_json_text(run->commit), "dirty",
                  run->dirty < 0 ? json_null() : json_boolean(run->dirty), "seconds",
                  cli_json_number(run->seconds), "status", run->status, "verdict",
                  has_verdict(run) ? json_string(ga_verdict_text(run->verdict)) : json_null(),
                  "errors", (json_int_t)run->errors, "warnings", (json_int_t)run->warnings));
    return 0;
}

static int print_line(const ga_store_run *run, void *printed)
{
    if ((*(size_t *)printed)++ == 0) {
        printf("%5s  %-16s  %-16s  %6s  %8s  %-9s  %s\n", "run", "started (UTC)", "verdict",
               "errors", "warnings", "commit", "loss");
    }
    const when started = time_of(run, 0);
    const int aborted = strcmp(run->status, "aborted") == 0;
    char verdict[32];
    (void)snprintf(verdict, sizeof verdict, "%s%s",
                   has_verdict(run) ? ga_verdict_text(run->verdict) : run->status,
                   aborted ? ", aborted" : "");
    printf("%5" PRId64 "  %-16s  %-16s  ", run->id, started.text, verdict);
    if (has_verdict(run)) {
        printf("%6zu  %8zu", run->errors, run->warnings);
    } else {
        printf("%6s  %8s", "-", "-");
    }
    printf("  %-7.7s%-2s  ", *run->commit ? run->commit : "-", run->dirty == 1 ? "+" : "");
    cli_print_text(*run->loss ? run->loss : *run->subject ? run->subject : "-", 0);
    if (*run->target) {
        fputs("  (", stdout);
        cli_print_text(run->target, 0);
        fputs(*run->subject ? ":" : "", stdout);
        cli_print_text(run->subject, 0);
        putchar(')');
    }
    putchar('\n');
    return 0;
}

static int print_runs(const asked *what)
{
    ga_store *const store = cli_log_open(cli_log_path(what->db));
    if (!store) {
        return CLI_TROUBLE;
    }
    size_t printed = 0;
    const ga_status status =
        ga_store_runs(store, (size_t)what->limit, what->jsonl ? print_json : print_line, &printed);
    if (status != GA_OK) {
        cli_error("%s", ga_store_error(store));
    } else if (printed == 0 && !what->jsonl) {
        puts("no runs yet");
    }
    ga_store_close(store);
    return status == GA_OK ? CLI_CLEAN : CLI_TROUBLE;
}

int cli_runs(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &cli_log_argp}, {0}};
    static const struct argp parser = {
        .options = options,
        .parser = parse,
        .doc = "Lists the audits in the log, the newest first. A commit with + had uncommitted "
               "changes.\v"
               "  gradaudit runs --limit 5\n"
               "  gradaudit runs --format jsonl --db other.db",
        .children = children};
    asked what = {.limit = DEFAULT_LIMIT};
    const int code = cli_parse(&parser, "runs", argc, argv, &what);
    return code >= 0 ? code : print_runs(&what);
}
