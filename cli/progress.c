/*
 * What a person sees while an audit runs. The numbers come from the child's activity page, and are
 * only shown, never relied on.
 */
#include "progress.h"

#include "cli.h"

#include "gradaudit/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double first_after = 0.3; /* seconds: what is quicker needs no progress */
static const double many_seconds = 100.0;
enum {
    MOST_NAME = 40,
    LINE_SIZE = 600,
    NARROW = 80, /* columns of a terminal that does not say how many it has */
    COUNT_SIZE = 32
};

/* "31 404", as the reports write it. */
static const char *count_text(char text[COUNT_SIZE], uint64_t count)
{
    char digits[COUNT_SIZE];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = text;
    for (size_t k = 0; k < length; k++) {
        if (k > 0 && (length - k) % 3 == 0) {
            *to++ = ' ';
        }
        *to++ = digits[k];
    }
    *to = '\0';
    return text;
}

/* "4 s", "12 min"; 0: it is not known. */
static int time_text(char text[COUNT_SIZE], double seconds)
{
    if (!(seconds >= 0.0 && seconds < 1e9)) {
        return 0;
    }
    if (seconds < many_seconds) {
        (void)snprintf(text, COUNT_SIZE, "%.0f s", fabs(seconds));
    } else {
        (void)snprintf(text, COUNT_SIZE, "%.0f min", seconds / 60.0);
    }
    return 1;
}

static size_t terminal_columns(void)
{
    struct winsize size = {0};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : NARROW;
}

/* "gradaudit: mlp: 31 404 evaluations, about 4 s: every element singly", a line that stays. */
static void say_plan(const ga_activity *activity, const char *subject)
{
    char text[COUNT_SIZE];
    fputs("\r\033[Kgradaudit: ", stderr);
    (void)ga_print_text(stderr, subject, 0, MOST_NAME);
    fputs(": ", stderr);
    if (activity->planned > 0) {
        fprintf(stderr, "%s evaluations", count_text(text, activity->planned));
        if (time_text(text, activity->left)) {
            fprintf(stderr, ", about %s", text);
        }
        fputs(": ", stderr);
    }
    (void)ga_print_text(stderr, activity->plan, 0, SIZE_MAX);
    fputc('\n', stderr);
}

/* "mlp  12 400 of 31 404 evaluations, 3 s left  W1", no wider than the terminal. */
static void show_line(const ga_activity *activity, const char *subject)
{
    char line[LINE_SIZE] = "";
    char text[COUNT_SIZE];
    FILE *const out = fmemopen(line, sizeof line - 1, "w");
    if (!out) {
        return;
    }
    (void)ga_print_text(out, subject, 0, MOST_NAME);
    fprintf(out, "  %s", count_text(text, activity->loss_calls));
    if (activity->planned > 0 && activity->planned >= activity->loss_calls) {
        fprintf(out, " of %s", count_text(text, activity->planned));
    }
    fputs(" evaluations", out);
    if (activity->plan[0] && time_text(text, activity->left)) {
        fprintf(out, ", %s left", text);
    }
    if (activity->probing) {
        fprintf(out, "  %s", activity->variable);
    }
    (void)fclose(out);
    fputs("\r\033[K", stderr);
    (void)ga_print_text(stderr, line, 0, terminal_columns() - 1);
}

void cli_progress_begin(cli_progress *progress, const char *subject)
{
    *progress =
        (cli_progress){.on = isatty(STDERR_FILENO), .began = cli_seconds(), .subject = subject};
}

void cli_progress_tick(const ga_activity *activity, void *argument)
{
    cli_progress *const progress = argument;
    if (!progress->on || cli_seconds() - progress->began < first_after) {
        return;
    }
    if (!progress->said && activity->plan[0]) {
        say_plan(activity, progress->subject);
        progress->said = 1;
    }
    show_line(activity, progress->subject);
    (void)fflush(stderr);
    progress->shown = 1;
}

void cli_progress_end(cli_progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        (void)fflush(stderr);
        progress->shown = 0;
    }
}
