/*
 * How every command speaks: sentences, exit codes, colour, JSON.
 */
#include "cli.h"

#include "gradaudit/report.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LONGEST_SENTENCE = 1000
};

/* Makes a line of what may hold line ends, escapes, or a whole database schema. */
static void make_line(char *text)
{
    char *out = text;
    int indented = 0; /* after a line end: what follows of blanks is no part of the sentence */
    for (const char *in = text; *in; in++) {
        const int line_end = *in == '\n' || *in == '\r';
        if (indented && (line_end || *in == ' ' || *in == '\t')) {
            continue;
        }
        const int control = (unsigned char)*in < 0x20 || *in == 0x7f;
        *out++ = (char)(line_end ? ' ' : control ? '?' : *in);
        indented = line_end;
    }
    *out = '\0';
}

void cli_error(const char *format, ...)
{
    char text[LONGEST_SENTENCE];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_line(text);
    fprintf(stderr, "gradaudit: %s%s\n", text, length >= LONGEST_SENTENCE ? "..." : "");
}

void cli_print_text(const char *text, int ascii)
{
    (void)ga_print_text(stdout, text ? text : "", ascii, SIZE_MAX);
}

void cli_print_lines(FILE *out, const char *text, int ascii)
{
    const char *at = text ? text : "";
    while (*at) {
        const size_t length = strcspn(at, "\n\t");
        char *const part = strndup(at, length);
        (void)ga_print_text(out, part ? part : "...", ascii, SIZE_MAX);
        free(part);
        (void)fputc(at[length] == '\t' ? '\t' : '\n',
                    out); /* also where the last line has no end */
        at += length + (at[length] != '\0');
    }
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

static int first_failure; /* errno of the first flush that failed; 0: none */

void cli_flush_output(void)
{
    errno = 0;
    if (fflush(stdout) != 0 && first_failure == 0) {
        first_failure = errno;
    }
}

int cli_finish_output(void)
{
    cli_flush_output();
    if (first_failure == 0 && !ferror(stdout)) {
        return CLI_CLEAN;
    }
    cli_error("cannot write to standard output: %s",
              first_failure ? strerror(first_failure) : "some of it is lost");
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

int cli_processors(void)
{
    static const int most = 1 << 16; /* machines have fewer */
    for (int room = CPU_SETSIZE; room <= most; room *= 2) {
        cpu_set_t *const set = CPU_ALLOC((size_t)room);
        const size_t size = CPU_ALLOC_SIZE((size_t)room);
        const int known = set && sched_getaffinity(0, size, set) == 0;
        const int count = known ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (known) {
            return count > 0 ? count : 1;
        }
    }
    return 1;
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
