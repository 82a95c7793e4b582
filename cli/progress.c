/*
 * What a person sees while an audit runs. The numbers come from the child's activity page, and are
 * only shown, never relied on.
 */
#include "progress.h"

#include "cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static const double first_after = 0.3; /* seconds: what is quicker needs no progress */

void cli_progress_begin(cli_progress *progress, const char *subject)
{
    *progress =
        (cli_progress){.on = isatty(STDERR_FILENO), .began = cli_seconds(), .subject = subject};
}

void cli_progress_tick(const ga_activity *activity, void *argument)
{
    cli_progress *const progress = argument;
    const double elapsed = cli_seconds() - progress->began;
    if (!progress->on || elapsed < first_after) {
        return;
    }
    const uint64_t done = activity->loss_calls;
    const uint64_t planned = activity->planned;
    fprintf(stderr, "\r\033[K%s  %" PRIu64, progress->subject, done);
    if (planned > 0) {
        fprintf(stderr, " of about %" PRIu64, planned);
    }
    fputs(" evaluations", stderr);
    if (planned > done && done > 0) {
        fprintf(stderr, ", %.0f s left", elapsed * (double)(planned - done) / (double)done);
    }
    if (activity->probing) {
        fprintf(stderr, "  %.40s", activity->variable);
    }
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
