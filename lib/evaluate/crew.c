/* See crew.h. Rounds: how many tasks and workers, start, wait, and take over what was found. */
#include "crew_inside.h"

#include "child.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A faster loss spends more on being shared out than on itself. */
static const double FASTEST_LOSS = 0.1e-6;

/* Taking a chunk costs some 0.1 us when two processors want the counter at the same time. */
static const double CHUNK_SECONDS = 30e-6;
enum {
    CHUNKS_EACH = 8 /* at least, so that nobody waits long for the last one */
};

/* What starting a worker costs: forking, the pages that are copied when first written, its end.
 * The fork alone is measured once there was one; the rest is about as much again. */
static const double FORK_GUESS = 100e-6;
static const double THREAD_COST = 50e-6;
static const double FORKS_WORTH = 5.0; /* a worker's work, in times of its fork */

enum {
    MOST_WORKERS = 256,
    MOST_FAILURES = 3,   /* rounds in which a worker died; then everything is done here */
    BOARD_MOST = 1 << 23 /* bytes of slots in a round */
};

/* ---- Here ------------------------------------------------------------------------------------ */

static void *slot_of(const ga_job *job, size_t k)
{
    return (char *)job->slots + k * job->slot_size;
}

/* 0: the budget ended in it. */
static int do_here(ga_evaluator *evaluator, const ga_job *job, size_t k)
{
    job->task(job->context, k, slot_of(job, k));
    return !evaluator->spent;
}

/* From task k to the end or that of the budget; returns how many are done, k included. */
static size_t do_rest_here(ga_evaluator *evaluator, const ga_job *job, size_t k)
{
    while (k < job->count && !evaluator->spent && do_here(evaluator, job, k)) {
        k++;
    }
    return k;
}

/* ---- The plan of a round --------------------------------------------------------------------- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Whether this process can be copied, or its callbacks bear threads; and either is worth it. */
static int may_share_out(const ga_evaluator *evaluator, const ga_job *job, int *by_threads)
{
    const ga_problem *const problem = evaluator->problem;
    *by_threads = problem->is_flat && problem->flat.thread_safe && job->clone && job->discard;
    return evaluator->workers > 1 && job->count > 1 && job->seconds_per_task > 0.0 &&
           !(evaluator->seconds_per_loss > 0.0 && evaluator->seconds_per_loss < FASTEST_LOSS) &&
           (evaluator->max_evaluations == 0 || job->evaluations_per_task > 0) &&
           (*by_threads || ga_count_threads() == 1);
}

/* How many tasks surely fit the budget of evaluations. */
static size_t affordable(const ga_evaluator *evaluator, const ga_job *job)
{
    if (evaluator->max_evaluations == 0) {
        return SIZE_MAX;
    }
    const size_t left = evaluator->max_evaluations > evaluator->evaluations
                            ? evaluator->max_evaluations - evaluator->evaluations
                            : 0;
    return left / job->evaluations_per_task;
}

/* 0: not worth it. */
static int plan(ga_crew *crew)
{
    const ga_evaluator *const evaluator = crew->evaluator;
    const ga_job *const job = crew->job;
    const size_t per_task = job->slot_size + sizeof *crew->taken;
    const size_t rest = job->count - crew->first;
    const size_t fits = affordable(evaluator, job);
    size_t count = smaller(smaller(rest, fits), BOARD_MOST / per_task + 1);

    const double cost = crew->by_threads                  ? THREAD_COST
                        : evaluator->seconds_per_fork > 0 ? evaluator->seconds_per_fork
                                                          : FORK_GUESS;
    const double worth = (double)count * job->seconds_per_task / (FORKS_WORTH * cost);
    size_t workers = smaller((size_t)evaluator->workers, MOST_WORKERS);
    workers = worth < (double)workers ? (size_t)worth : workers;
    workers = smaller(workers, count);
    if (workers < 2) {
        return 0;
    }
    if (fits < rest && count > workers) {
        count -= count % workers; /* there will be more rounds: nobody idles in this one */
    }
    const double chunk = ceil(CHUNK_SECONDS / job->seconds_per_task);
    const size_t most = count / (workers * CHUNKS_EACH);
    crew->chunk = chunk < (double)most ? (size_t)chunk : most > 0 ? most : 1;
    crew->hands_wanted = (int)workers;
    crew->count = count;
    crew->is_rationed = evaluator->max_evaluations > 0;
    return 1;
}

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
    crew->mapped = board + taken + crew->count * job->slot_size;
    crew->hands = calloc(workers, sizeof *crew->hands);
    void *const shared =
        mmap(NULL, crew->mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    crew->board = shared == MAP_FAILED ? NULL : shared;
    if (!crew->board || !crew->hands) {
        return 0;
    }
    crew->taken = (_Atomic uint32_t *)((char *)shared + board);
    crew->slots = (char *)shared + board + taken;
    if (crew->count * job->slot_size > 0) {
        memcpy(crew->slots, slot_of(job, crew->first), crew->count * job->slot_size);
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
        *hand =
            (ga_hand){.crew = crew, .worker = &crew->board->workers[started], .since = ga_clock()};
        if (!(crew->by_threads ? start_thread(hand) : start_process(hand, mask))) {
            break;
        }
        started++;
    }
    return started;
}

/* ---- Signals --------------------------------------------------------------------------------- */
/* The user's handler for SIGCHLD must not hear of our children, nor reap them. Nor must threads
 * run the user's handlers: they expect the thread that set them up. */

static void block_signals(int by_threads, sigset_t *before, int *was_pending)
{
    sigset_t ours;
    sigset_t pending;
    (void)(by_threads ? sigfillset(&ours) : sigemptyset(&ours));
    (void)sigaddset(&ours, SIGCHLD);
    static const int of_the_thread[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
    for (size_t i = 0; i < sizeof of_the_thread / sizeof *of_the_thread; i++) {
        (void)sigdelset(&ours, of_the_thread[i]);
    }
    (void)sigpending(&pending);
    *was_pending = sigismember(&pending, SIGCHLD);
    (void)pthread_sigmask(SIG_BLOCK, &ours, before);
}

static void unblock_signals(const sigset_t *before, int was_pending)
{
    sigset_t ours;
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGCHLD);
    const struct timespec at_once = {0};
    if (!was_pending && sigtimedwait(&ours, NULL, &at_once) == SIGCHLD) {
        siginfo_t other = {.si_pid = 0};
        if (waitid(P_ALL, 0, &other, WEXITED | WNOHANG | WNOWAIT) == 0 && other.si_pid != 0) {
            (void)kill(getpid(), SIGCHLD); /* a child of the user's ended as well */
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* ---- A round --------------------------------------------------------------------------------- */

static void count_evaluations(ga_evaluator *evaluator, uint64_t more)
{
    evaluator->evaluations += (size_t)more;
    evaluator->problem->loss_calls += more;
}

/* What was done beyond the first k tasks is dropped, but has been evaluated. */
static void drop_from(const ga_crew *crew, size_t k)
{
    for (; k < crew->count; k++) {
        const uint32_t taken = atomic_load(&crew->taken[k]);
        count_evaluations(crew->evaluator, taken > 0 ? taken - 1 : 0);
    }
    for (int i = 0; i < crew->hands_wanted && crew->hands[i].started; i++) {
        count_evaluations(crew->evaluator, crew->hands[i].worker->wasted);
    }
}

/* Takes over in order what was done and does here what was not, so that it happens after as many
 * evaluations as if there had been no workers. Returns how many tasks are done. */
static size_t settle(const ga_crew *crew)
{
    ga_evaluator *const evaluator = crew->evaluator;
    const ga_job *const job = crew->job;
    for (size_t k = 0; k < crew->closed; k++) {
        const uint32_t taken = atomic_load(&crew->taken[k]);
        if (taken > 0) {
            memcpy(slot_of(job, crew->first + k), crew->slots + k * job->slot_size, job->slot_size);
            count_evaluations(evaluator, taken - 1);
        } else if (evaluator->spent || !do_here(evaluator, job, crew->first + k)) {
            drop_from(crew, k);
            return k;
        }
    }
    return crew->closed;
}

static void discard_clones(const ga_crew *crew)
{
    for (int i = 0; crew->by_threads && i < crew->hands_wanted && crew->hands[i].started; i++) {
        crew->job->discard(crew->hands[i].context);
    }
}

/* Returns how many tasks are done; 0: no workers could be had, or the budget is spent. */
static size_t do_round(ga_crew *crew)
{
    size_t done = 0;
    if (open_board(crew)) {
        sigset_t mask;
        int was_pending = 0;
        crew->closed = crew->count;
        crew->failed = 0;
        crew->halted = (double)NAN;
        crew->probing[sizeof crew->probing - 1] = '\0';
        block_signals(crew->by_threads, &mask, &was_pending);
        const int started = start(crew, &mask);
        if (crew->by_threads) {
            (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
        }
        if (started > 0) {
            ga_crew_wait(crew);
        }
        if (!crew->by_threads) {
            unblock_signals(&mask, was_pending);
        }
        if (started > 0) {
            done = settle(crew);
            discard_clones(crew);
        }
    }
    close_board(crew);
    return done;
}

size_t ga_crew_run(ga_evaluator *evaluator, const ga_job *job)
{
    ga_crew crew = {.evaluator = evaluator, .job = job};
    if (may_share_out(evaluator, job, &crew.by_threads)) {
        int failures = 0;
        while (failures < MOST_FAILURES && !evaluator->spent && plan(&crew)) {
            const size_t done = do_round(&crew);
            crew.first += done;
            failures += done == 0 ? MOST_FAILURES : crew.failed;
        }
    }
    return do_rest_here(evaluator, job, crew.first);
}
