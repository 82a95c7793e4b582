/*
 * What a terminal shows while an audit runs: a pseudo-terminal in place of standard error, and an
 * activity page that is filled by hand.
 */
#include "progress.h"

#include "cli.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int master = -1, before = -1;

static void open_terminal(unsigned short columns)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert(slave >= 0);
    const struct winsize size = {.ws_col = columns, .ws_row = 24};
    cr_assert(ioctl(slave, TIOCSWINSZ, &size) == 0);
    (void)fflush(stderr);
    before = dup(STDERR_FILENO);
    cr_assert(dup2(slave, STDERR_FILENO) == STDERR_FILENO);
    (void)close(slave);
}

/* All that was written since, with \r as "<" and "\033[K" as "|". */
static char *close_terminal(void)
{
    static char text[10000];
    size_t used = 0;
    fputc('~', stderr); /* the last to come: a terminal hands over piece by piece */
    (void)fflush(stderr);
    while (used == 0 || text[used - 1] != '~') {
        const ssize_t got = read(master, text + used, sizeof text - 1 - used);
        cr_assert(got > 0);
        used += (size_t)got;
    }
    text[used - 1] = '\0';
    cr_assert(dup2(before, STDERR_FILENO) == STDERR_FILENO);
    (void)close(before);
    (void)close(master);
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (strncmp(from, "\r\n", 2) == 0) { /* the terminal's doing */
            *to++ = '\n';
            from++;
        } else if (strncmp(from, "\033[K", 3) == 0) {
            *to++ = '|';
            from += 2;
        } else {
            *to++ = *from == '\r' ? '<' : *from;
        }
    }
    *to = '\0';
    return text;
}

/* As if the audit had begun a while ago. */
static void begin(cli_progress *progress, const char *subject)
{
    cli_progress_begin(progress, subject);
    progress->began -= 10.0;
}

Test(progress, plan_then_how_far)
{
    cli_progress progress;
    ga_activity activity = {.loss_calls = 7};
    open_terminal(100);
    begin(&progress, "mlp");
    cli_progress_tick(&activity, &progress);
    activity.planned = 31404;
    activity.left = 4.2;
    (void)strcpy(activity.plan, "every element singly");
    activity.loss_calls = 12;
    cli_progress_tick(&activity, &progress);
    activity.loss_calls = 12400;
    activity.left = 2.6;
    activity.probing = 1;
    (void)strcpy(activity.variable, "W1");
    cli_progress_tick(&activity, &progress);
    activity.left = 700.0;
    cli_progress_tick(&activity, &progress);
    cli_progress_end(&progress);
    cli_progress_end(&progress);
    cr_expect_str_eq(close_terminal(),
                     "<|mlp  7 evaluations"
                     "<|gradaudit: mlp: 31 404 evaluations, about 4 s: every element singly\n"
                     "<|mlp  12 of 31 404 evaluations, 4 s left"
                     "<|mlp  12 400 of 31 404 evaluations, 3 s left  W1"
                     "<|mlp  12 400 of 31 404 evaluations, 12 min left  W1"
                     "<|");
}

Test(progress, what_is_not_known)
{
    cli_progress progress;
    ga_activity activity = {.loss_calls = 70, .left = -1.0};
    open_terminal(100);
    begin(&progress, "mlp");
    (void)strcpy(activity.plan, "directions");
    cli_progress_tick(&activity, &progress);
    activity.planned = 60; /* it took more */
    activity.left = (double)NAN;
    cli_progress_tick(&activity, &progress);
    cli_progress_end(&progress);
    cr_expect_str_eq(close_terminal(), "<|gradaudit: mlp: directions\n"
                                       "<|mlp  70 evaluations"
                                       "<|mlp  70 evaluations"
                                       "<|");
}

Test(progress, narrow_and_hostile)
{
    cli_progress progress;
    ga_activity activity = {.loss_calls = 7, .planned = 30};
    open_terminal(24);
    begin(&progress, "a\033[31m\n");
    cli_progress_tick(&activity, &progress);
    cli_progress_end(&progress);
    cr_expect_str_eq(close_terminal(), "<|a\\x1b[31m\\n  7 of 30...<|");
}

Test(progress, nothing_for_what_is_quick)
{
    cli_progress progress;
    ga_activity activity = {.loss_calls = 7, .plan = "every element singly"};
    open_terminal(80);
    cli_progress_begin(&progress, "mlp");
    cli_progress_tick(&activity, &progress);
    cli_progress_end(&progress);
    cr_expect_str_eq(close_terminal(), "");
}

Test(progress, nothing_without_a_terminal)
{
    cli_progress progress;
    ga_activity activity = {.loss_calls = 7, .plan = "every element singly"};
    const int file = open("/dev/null", O_WRONLY);
    const int old = dup(STDERR_FILENO);
    cr_assert(dup2(file, STDERR_FILENO) == STDERR_FILENO);
    begin(&progress, "mlp");
    cli_progress_tick(&activity, &progress);
    cr_expect(!progress.shown && !progress.said);
    cr_assert(dup2(old, STDERR_FILENO) == STDERR_FILENO);
    (void)close(old);
    (void)close(file);
}
