/*
 * How every command speaks: sentences, exit codes, colour, JSON.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void cli_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("gradaudit: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

int cli_worse(int a, int b)
{
    static const int order[] = {CLI_INTERNAL,  CLI_FINDINGS, CLI_TROUBLE,
                                CLI_USER_CODE, CLI_UNJUDGED, CLI_NOTHING};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return CLI_CLEAN;
}

int cli_finish_output(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return CLI_CLEAN;
    }
    cli_error("cannot write to standard output: %s", errno ? strerror(errno) : "it is closed");
    return CLI_TROUBLE;
}

int cli_wants_color(cli_when when, FILE *out)
{
    if (when != CLI_AUTO) {
        return when == CLI_ALWAYS;
    }
    const char *const none = getenv("NO_COLOR");
    if (none && *none) {
        return 0;
    }
    const char *const force = getenv("CLICOLOR_FORCE");
    if (force && *force && strcmp(force, "0") != 0) {
        return 1;
    }
    const char *const terminal = getenv("TERM");
    return isatty(fileno(out)) && !(terminal && strcmp(terminal, "dumb") == 0);
}

double cli_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

json_t *cli_json_text(const char *text)
{
    if (!text || !*text) {
        return json_null();
    }
    json_t *const value = json_string(text);
    return value ? value : json_string("(not UTF-8)");
}

json_t *cli_json_number(double value)
{
    return isfinite(value) ? json_real(value)
           : isnan(value)  ? json_string("NaN")
                           : json_string(value > 0 ? "Infinity" : "-Infinity");
}

void cli_print_json(json_t *object)
{
    (void)json_dumpf(object, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(object);
}
