/*
 * A worker: takes tasks until there are none, and leaves. As a process it is a copy that must never
 * go on with the user's program, whatever the loss does.
 */
#include "child.h"
#include "crew_inside.h"

#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Set in a worker's process only: functions of the library that no task calls end it. */
static volatile sig_atomic_t in_worker;

void ga_worker_end_stray(void)
{
    if (in_worker) {
        ga_child_leave(0);
    }
}

/* Who prints more is not copied any more: all of it is kept in memory until a round is over. */
static const size_t PRINTED_MOST = (size_t)1 << 24;

/* ---- The loop -------------------------------------------------------------------------------- */

/* What the evaluator and the problem remember of surprises; a worker's copy is thrown away. */
static size_t count_surprises(const ga_evaluator *evaluator)
{
    const ga_problem *const problem = evaluator->problem;
    size_t count = evaluator->moves;
    for (size_t i = 0; i < problem->intrusion_count; i++) {
        count += problem->intrusions[i].times;
    }
    return count;
}

static int is_over(const ga_crew *crew)
{
    return atomic_load_explicit(&crew->board->halt, memory_order_relaxed) != 0 ||
           ga_clock() > crew->evaluator->deadline;
}

/* GA_WORKER_BUSY: go on. */
static ga_worker_end do_task(const ga_hand *hand, size_t k)
{
    const ga_crew *const crew = hand->crew;
    const ga_job *const job = crew->job;
    ga_evaluator *const evaluator = hand->evaluator;
    const size_t before = evaluator->evaluations;
    const size_t surprises = count_surprises(evaluator);
    if (crew->is_rationed) {
        evaluator->max_evaluations = before + job->evaluations_per_task;
    }
    job->task(hand->context, crew->first + k, crew->slots + k * job->slot_size);
    const size_t took = evaluator->evaluations - before;
    if (evaluator->spent) {
        hand->worker->wasted = took;
        return is_over(crew) ? GA_WORKER_SPENT : GA_WORKER_GAVE_UP;
    }
    if (took >= UINT32_MAX || count_surprises(evaluator) != surprises) {
        return GA_WORKER_GAVE_UP;
    }
    atomic_store_explicit(&crew->taken[k], (uint32_t)took + 1, memory_order_release);
    return GA_WORKER_BUSY;
}

/* Tells what the tasks printed, if that is kept, and that they are done. */
static ga_worker_end finish(const ga_hand *hand, size_t from)
{
    ga_portion *const portion = &hand->crew->portions[from / hand->crew->chunk];
    portion->printed_from = atomic_load(&hand->worker->printed);
    portion->printed_to = portion->printed_from;
    if (hand->printed.file >= 0) {
        (void)fflush(stdout);
        portion->printed_to = ga_printed_size(&hand->printed);
        atomic_store(&hand->worker->printed, portion->printed_to);
    }
    atomic_store(&portion->done, hand->number);
    return portion->printed_to > PRINTED_MOST ? GA_WORKER_GAVE_UP : GA_WORKER_BUSY;
}

static ga_worker_end work(const ga_hand *hand)
{
    const ga_crew *const crew = hand->crew;
    const pid_t self = getpid();
    ga_worker_end end = GA_WORKER_BUSY;
    while (end == GA_WORKER_BUSY) {
        if (is_over(crew)) {
            return GA_WORKER_SPENT;
        }
        const size_t from = atomic_fetch_add(&crew->board->next, crew->chunk);
        if (from >= crew->count) {
            return GA_WORKER_FINISHED;
        }
        for (size_t k = from; k < crew->count && k < from + crew->chunk; k++) {
            end = do_task(hand, k);
            if (end != GA_WORKER_BUSY) {
                return end;
            }
        }
        if (getpid() != self) {
            ga_child_leave(0); /* the loss forked, and this is the copy */
        }
        end = finish(hand, from);
    }
    return end;
}

/* The evaluator of a worker answers to the board, not to the user. */
static void take_over(const ga_hand *hand)
{
    ga_evaluator *const evaluator = hand->evaluator;
    evaluator->progress = NULL;
    evaluator->max_evaluations = 0;
    evaluator->workers = 0;
    evaluator->halt = &hand->crew->board->halt;
    evaluator->problem->activity = &hand->worker->activity;
}

static void announce(const ga_hand *hand, ga_worker_end end)
{
    ga_board *const board = hand->crew->board;
    atomic_store(&hand->worker->end, (int)end);
    (void)atomic_fetch_add(&board->ended, 1);
    (void)syscall(SYS_futex, &board->ended, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void *ga_worker_run(void *argument)
{
    ga_hand *const hand = argument;
    take_over(hand);
    announce(hand, work(hand));
    return NULL;
}

/* ---- A process ------------------------------------------------------------------------------- */

/* Run first when user code calls exit() or quick_exit(): nothing that the parent registered, and
 * nothing is printed, for the task will be done again. */
static void leave_on_exit(int status, void *unused)
{
    (void)unused;
    ga_child_leave(status);
}

static void leave_quickly(void)
{
    ga_child_leave(EXIT_FAILURE);
}

_Noreturn void ga_worker_live(ga_hand *hand, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0); /* the parent died before it could have been noticed */
    }
    in_worker = 1;
    ga_child_disown(hand->printed.file);
    (void)on_exit(leave_on_exit, NULL);
    (void)at_quick_exit(leave_quickly);
    struct rlimit cores = {0};
    if (getrlimit(RLIMIT_CORE, &cores) == 0) { /* the crash comes again where it counts */
        cores.rlim_cur = 0;
        (void)setrlimit(RLIMIT_CORE, &cores);
    }
    take_over(hand);
    const ga_worker_end end = work(hand);
    (void)fflush(NULL); /* what its tasks printed; there was nothing in the buffers before */
    announce(hand, end);
    ga_child_leave(0);
}
