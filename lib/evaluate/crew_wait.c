/*
 * Waiting for workers: sees them end, die and hang, and passes on what they do.
 *
 * The parent of an audit's child kills it when the activity page shows the same call for too long.
 * So what is shown is the worker that has been in its call for longest; the count of calls that
 * goes with it changes when, and only when, another one takes that place or begins a new call.
 */
#include "crew_inside.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const long GLANCE = 10 * 1000 * 1000; /* nanoseconds between looks at the workers */

/* Seconds in one call after which what a worker prints is passed on at once. */
static const double HELD = 1.0;

static void close_counter(ga_crew *crew)
{
    const size_t next = atomic_exchange(&crew->board->next, crew->count);
    if (next < crew->closed) {
        crew->closed = next;
    }
    crew->failed = 1;
}

/* Collects a worker if it has ended; one that has said so is waited for. */
static int has_gone(const ga_crew *crew, const ga_hand *hand)
{
    const int said_so = atomic_load(&hand->worker->end) != GA_WORKER_BUSY;
    if (crew->by_threads) {
        return said_so ? pthread_join(hand->thread, NULL) == 0
                       : pthread_tryjoin_np(hand->thread, NULL) == 0;
    }
    const pid_t ended = waitpid(hand->pid, NULL, said_so ? 0 : WNOHANG);
    return ended == hand->pid || (ended < 0 && errno == ECHILD); /* the user ignores SIGCHLD */
}

/* Returns how many are left. */
static int collect(ga_crew *crew)
{
    int left = 0;
    for (int i = 0; i < crew->hands_wanted; i++) {
        ga_hand *const hand = &crew->hands[i];
        if (!hand->started || hand->gone) {
            continue;
        }
        hand->gone = has_gone(crew, hand);
        left += !hand->gone;
        if (hand->gone) {
            const int end = atomic_load(&hand->worker->end);
            if (end == GA_WORKER_BUSY || end == GA_WORKER_GAVE_UP) {
                close_counter(crew);
            } else if (end == GA_WORKER_SPENT) {
                crew->evaluator->spent = 1;
            }
        }
    }
    return left;
}

/* The worker that has been in its call for longest, or NULL. *total: calls by all of them. */
static const ga_hand *longest_in_call(ga_crew *crew, double now, uint64_t *total)
{
    *total = 0;
    for (int i = 0; i < crew->hands_wanted; i++) {
        const ga_hand *const hand = &crew->hands[i];
        *total += hand->started ? hand->worker->activity.loss_calls - hand->calls_before : 0;
    }
    const ga_hand *longest = NULL;
    for (int i = 0; i < crew->hands_wanted; i++) {
        ga_hand *const hand = &crew->hands[i];
        if (!hand->started || hand->gone) {
            continue;
        }
        const ga_activity *const activity = &hand->worker->activity;
        const uint64_t calls = activity->loss_calls;
        const int32_t phase = activity->phase;
        if (calls != hand->calls_seen || phase != hand->phase_seen) {
            hand->calls_seen = calls;
            hand->phase_seen = phase;
            hand->calls_of_all = *total;
            hand->since = now;
        }
        if (!longest || hand->since < longest->since) {
            longest = hand;
        }
    }
    return longest;
}

static void show(ga_crew *crew, const ga_hand *hand)
{
    ga_activity *const shown = crew->evaluator->problem->activity;
    const ga_activity *const theirs = &hand->worker->activity;
    memcpy(crew->probing, theirs->variable, sizeof crew->probing - 1); /* its last byte stays 0 */
    if (!shown) {
        return;
    }
    if (strcmp(shown->variable, crew->probing) != 0) {
        memcpy(shown->variable, crew->probing, sizeof shown->variable);
    }
    shown->element = theirs->element;
    shown->probing = theirs->probing;
    shown->loss_calls = crew->evaluator->problem->loss_calls + hand->calls_of_all;
    shown->phase = hand->phase_seen;
}

/* As a loss call would: the deadline, and progress. */
static void look(ga_crew *crew, uint64_t calls, const ga_hand *hand)
{
    ga_evaluator *const evaluator = crew->evaluator;
    const size_t before = evaluator->evaluations;
    const char *const probing = evaluator->probing;
    evaluator->evaluations += (size_t)calls;
    evaluator->probing = hand && hand->worker->activity.probing ? crew->probing : NULL;
    ga_evaluator_look(evaluator);
    evaluator->probing = probing;
    evaluator->evaluations = before;
}

/* A worker that hangs never ends its portion; but the last it printed may say why. */
static void hear(ga_crew *crew, const ga_hand *longest, double now)
{
    ga_hand *const hand = &crew->hands[longest->number - 1];
    if (hand->printed.file >= 0 && now - hand->since > HELD) {
        ga_printed_pass_on(&hand->printed, (size_t)atomic_load(&hand->worker->printed));
    }
}

void ga_crew_wait(ga_crew *crew)
{
    static const struct timespec glance = {.tv_nsec = GLANCE};
    _Atomic uint32_t *const ended = &crew->board->ended;
    for (;;) {
        const uint32_t seen = atomic_load(ended);
        if (collect(crew) == 0) {
            break;
        }
        const double now = ga_clock();
        uint64_t calls = 0;
        const ga_hand *const longest = longest_in_call(crew, now, &calls);
        if (longest) {
            show(crew, longest);
            hear(crew, longest, now);
        }
        look(crew, calls, longest);
        if (crew->evaluator->spent) {
            /* calls that have begun are waited for, as they would be without workers: one that
             * hangs must be seen, not hidden by the end of the budget */
            atomic_store(&crew->board->halt, 1);
        }
        (void)syscall(SYS_futex, ended, FUTEX_WAIT, seen, &glance, NULL, 0);
    }
    ga_activity *const shown = crew->evaluator->problem->activity;
    if (shown) {
        shown->phase = GA_PHASE_NONE;
        shown->probing = 0;
    }
}
