/* A round of a crew: its board, its workers, and what becomes of what they found. */
#include "crew_inside.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- The board ------------------------------------------------------------------------------- */

static size_t round_up(size_t size)
{
    return (size + GA_CACHE_LINES - 1) / GA_CACHE_LINES * GA_CACHE_LINES;
}

static int open_board(ga_crew *crew)
{
    const ga_job *const job = crew->job;
    const size_t workers = (size_t)crew->hands_wanted;
    const size_t board = round_up(sizeof(ga_board) + workers * sizeof(ga_worker));
    const size_t taken = round_up(crew->count * sizeof *crew->taken);
    const size_t portions = round_up((crew->count / crew->chunk + 1) * sizeof *crew->portions);
    crew->mapped = board + taken + portions + crew->count * job->slot_size;
    crew->hands = calloc(workers, sizeof *crew->hands);
    void *const shared =
        mmap(NULL, crew->mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    crew->board = shared == MAP_FAILED ? NULL : shared;
    if (!crew->board || !crew->hands) {
        return 0;
    }
    crew->taken = (_Atomic uint32_t *)(void *)((char *)shared + board);
    crew->portions = (ga_portion *)(void *)((char *)shared + board + taken);
    crew->slots = (char *)shared + board + taken + portions;
    if (crew->count * job->slot_size > 0) {
        memcpy(crew->slots, ga_job_slot(job, crew->first), crew->count * job->slot_size);
    }
    return 1;
}

static void close_board(ga_crew *crew)
{
    if (crew->board) {
        (void)munmap(crew->board, crew->mapped);
    }
    free(crew->hands);
    crew->board = NULL;
    crew->hands = NULL;
}

/* ---- Starting -------------------------------------------------------------------------------- */

static int start_thread(ga_hand *hand)
{
    const ga_job *const job = hand->crew->job;
    hand->context = job->clone(job->context, &hand->evaluator);
    if (!hand->context) {
        return 0;
    }
    hand->calls_before = hand->evaluator->problem->loss_calls;
    hand->worker->activity.loss_calls = hand->calls_before;
    hand->started = pthread_create(&hand->thread, NULL, ga_worker_run, hand) == 0;
    if (!hand->started) {
        job->discard(hand->context);
    }
    return hand->started;
}

static int start_process(ga_hand *hand, const sigset_t *mask)
{
    ga_evaluator *const evaluator = hand->crew->evaluator;
    hand->context = hand->crew->job->context;
    hand->evaluator = evaluator;
    hand->calls_before = evaluator->problem->loss_calls;
    hand->worker->activity.loss_calls = hand->calls_before;
    ga_printed_open(&hand->printed);
    const pid_t parent = getpid();
    const double before = ga_clock();
    hand->pid = fork();
    if (hand->pid == 0) {
        (void)sigprocmask(SIG_SETMASK, mask, NULL);
        ga_worker_live(hand, parent);
    }
    hand->started = hand->pid > 0;
    if (hand->started) {
        const double took = ga_clock() - before;
        const double known = evaluator->seconds_per_fork;
        evaluator->seconds_per_fork = known > 0.0 ? fmin(known, took) : took;
    } else {
        ga_printed_close(&hand->printed);
    }
    return hand->started;
}

/* Returns how many there are; fewer when the system refuses, or when the first have done it all. */
static int start(ga_crew *crew, const sigset_t *mask)
{
    (void)fflush(NULL); /* else what is buffered would appear several times */
    int started = 0;
    while (started < crew->hands_wanted && atomic_load(&crew->board->next) < crew->count) {
        ga_hand *const hand = &crew->hands[started];
        *hand = (ga_hand){
            .crew = crew,
            .worker = &crew->board->workers[started],
            .number = (uint32_t)started + 1,
            .printed = {.file = -1},
            .since = ga_clock(),
        };
        if (!(crew->by_threads ? start_thread(hand) : start_process(hand, mask))) {
            break;
        }
        started++;
    }
    return started;
}

/* ---- What was found -------------------------------------------------------------------------- */

static void count_evaluations(ga_evaluator *evaluator, uint64_t more)
{
    evaluator->evaluations += (size_t)more;
    evaluator->problem->loss_calls += more;
}

static uint32_t evaluations_of(const ga_crew *crew, size_t k)
{
    const uint32_t taken = atomic_load(&crew->taken[k]);
    return taken > 0 ? taken - 1 : 0;
}

/* What was done beyond the first k tasks is dropped, but has been evaluated. */
static void drop_from(const ga_crew *crew, size_t k)
{
    for (; k < crew->count; k++) {
        count_evaluations(crew->evaluator, evaluations_of(crew, k));
    }
    for (int i = 0; i < crew->hands_wanted && crew->hands[i].started; i++) {
        count_evaluations(crew->evaluator, crew->hands[i].worker->wasted);
    }
}

static void take_over(const ga_crew *crew, const ga_portion *portion, size_t from, size_t to)
{
    const ga_job *const job = crew->job;
    const size_t size = job->slot_size;
    if (size > 0) {
        memcpy(ga_job_slot(job, crew->first + from), crew->slots + from * size, (to - from) * size);
    }
    for (size_t k = from; k < to; k++) {
        count_evaluations(crew->evaluator, evaluations_of(crew, k));
    }
    ga_printed_repeat(&crew->hands[atomic_load(&portion->done) - 1].printed, portion);
}

/* Takes over in order what was done and does here what was not, so that it happens after as many
 * evaluations as if there had been no workers. Returns how many tasks are done. */
static size_t settle(const ga_crew *crew)
{
    ga_evaluator *const evaluator = crew->evaluator;
    for (size_t from = 0; from < crew->closed; from += crew->chunk) {
        const size_t end = from + crew->chunk;
        const size_t to = end < crew->count ? end : crew->count;
        const ga_portion *const portion = &crew->portions[from / crew->chunk];
        if (atomic_load(&portion->done) != 0) {
            take_over(crew, portion, from, to);
            continue;
        }
        for (size_t k = from; k < to; k++) {
            if (evaluator->spent) {
                drop_from(crew, k);
                return k;
            }
            if (!ga_job_do_here(evaluator, crew->job, crew->first + k)) {
                drop_from(crew, to);
                return k;
            }
        }
    }
    return crew->closed;
}

/* ---- The round ------------------------------------------------------------------------------- */

/* Lets go of what only threads and captured output need. */
static void dismiss(const ga_crew *crew)
{
    for (int i = 0; i < crew->hands_wanted && crew->hands[i].started; i++) {
        ga_hand *const hand = &crew->hands[i];
        if (crew->by_threads) {
            crew->job->discard(hand->context);
        }
        ga_printed_close(&hand->printed);
    }
}

size_t ga_crew_round(ga_crew *crew)
{
    size_t done = 0;
    if (open_board(crew)) {
        sigset_t mask;
        int was_pending = 0;
        crew->closed = crew->count;
        crew->failed = 0;
        crew->probing[sizeof crew->probing - 1] = '\0';
        ga_signals_block(crew->by_threads, &mask, &was_pending);
        const int started = start(crew, &mask);
        if (crew->by_threads) {
            (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
        }
        if (started > 0) {
            ga_crew_wait(crew);
        }
        if (!crew->by_threads) {
            ga_signals_unblock(&mask, was_pending);
        }
        if (started > 0) {
            for (int i = 0; i < started; i++) {
                ga_printed_finish(&crew->hands[i].printed);
            }
            done = settle(crew);
            dismiss(crew);
        }
    }
    close_board(crew);
    return done;
}
