/*
 * The inside of a crew: one round of it, from the board that all share to the last worker's end.
 *
 * A round is a run of tasks for which workers are started once. Its board is shared memory: the
 * counter that tasks are taken from, what each worker is doing, and what was found. Workers are
 * forked processes, or threads when the problem says that it bears them; they run the same loop.
 * The one who waits never works, so that it sees a worker die or hang, keeps to the deadline, and
 * shows in its own activity what the workers do.
 */
#ifndef GA_EVALUATE_CREW_INSIDE_H
#define GA_EVALUATE_CREW_INSIDE_H

#include "crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>

enum {
    GA_CACHE_LINES = 128 /* bytes: two lines, which are fetched together */
};

typedef enum ga_worker_end {
    GA_WORKER_BUSY,     /* still: or it died */
    GA_WORKER_FINISHED, /* there were no more tasks */
    GA_WORKER_SPENT,    /* the deadline, or it was asked to end */
    GA_WORKER_GAVE_UP   /* its task did what must be done where it is seen, or took too much */
} ga_worker_end;

/* Tasks that were taken together. */
typedef struct ga_portion {
    _Atomic uint32_t done;             /* number of the hand that did all of it; 0: nobody has */
    uint64_t printed_from, printed_to; /* in what that one printed */
} ga_portion;

/* What a worker prints in a child whose output is kept: it must come in the order of the tasks, and
 * what a worker prints in a task that is done again must not come twice. */
typedef struct ga_printed {
    int file;          /* -1: it prints where everybody does */
    const char *bytes; /* when it is gone */
    size_t size;
    size_t passed; /* bytes that were passed on while it hung */
} ga_printed;

/* A worker as it shows itself. */
typedef struct ga_worker {
    _Alignas(GA_CACHE_LINES) ga_activity activity;
    atomic_int end;           /* a ga_worker_end */
    uint64_t wasted;          /* evaluations of the task that it ended in */
    _Atomic uint64_t printed; /* bytes, at the end of its last portion */
} ga_worker;

typedef struct ga_board {
    _Alignas(GA_CACHE_LINES) atomic_size_t next;     /* the first task that nobody has taken */
    _Alignas(GA_CACHE_LINES) _Atomic uint32_t ended; /* workers; somebody waits on it */
    atomic_int halt;                                 /* 1: end early */
    _Alignas(GA_CACHE_LINES) ga_worker workers[];
} ga_board;

/* A worker as seen by the one who waits. */
typedef struct ga_hand {
    struct ga_crew *crew;
    ga_worker *worker;
    ga_evaluator *evaluator; /* threads: its own, and the context; else those of the crew */
    void *context;
    uint32_t number; /* from 1 */
    ga_printed printed;
    pid_t pid;
    pthread_t thread;
    int started, gone;
    uint64_t calls_before; /* of the loss, when it started */
    /* what it was doing when that last changed, when that was, and how many calls there had been */
    uint64_t calls_seen, calls_of_all;
    int32_t phase_seen;
    double since;
} ga_hand;

typedef struct ga_crew {
    ga_evaluator *evaluator;
    const ga_job *job;
    int by_threads;
    int is_rationed;     /* there is a budget of evaluations: no task may take more than it said */
    int hands_wanted;    /* workers */
    size_t first, count; /* the round's tasks of the job */
    size_t chunk;        /* tasks taken at a time */

    ga_board *board;
    size_t mapped;           /* bytes */
    _Atomic uint32_t *taken; /* by task: 0 not done, else evaluations + 1 */
    ga_portion *portions;    /* by task / chunk */
    char *slots;             /* by task */
    ga_hand *hands;
    size_t closed; /* the first task nobody takes any more; count unless a worker failed */
    int failed;    /* a worker died or gave up */
    char probing[sizeof((ga_activity *)0)->variable];
} ga_crew;

/* ---- Jobs and rounds (crew.c, crew_round.c) ---------------------------------------------------
 */

void *ga_job_slot(const ga_job *job, size_t k);

/* Does task k in this process. 0: the budget ended in it. */
int ga_job_do_here(ga_evaluator *evaluator, const ga_job *job, size_t k);

/* Returns how many tasks are done; 0: no workers could be had, or the budget is spent. */
size_t ga_crew_round(ga_crew *crew);

void ga_signals_block(int by_threads, sigset_t *before, int *was_pending);
void ga_signals_unblock(const sigset_t *before, int was_pending);

/* ---- Workers (worker.c) -----------------------------------------------------------------------
 */

/* In a process that was just forked: works, and ends it. */
_Noreturn void ga_worker_live(ga_hand *hand, pid_t parent);

/* What a thread does; the argument is its hand. */
void *ga_worker_run(void *hand);

/* ---- The one who waits (crew_wait.c) ----------------------------------------------------------
 */

/* Until all that were started are gone. evaluator->spent: the round was ended early. */
void ga_crew_wait(ga_crew *crew);

/* ---- What they print (printed.c) --------------------------------------------------------------
 */

void ga_printed_open(ga_printed *printed);                 /* if this is a child */
size_t ga_printed_size(const ga_printed *printed);         /* so far; 0: nothing, or not known */
void ga_printed_pass_on(ga_printed *printed, size_t from); /* from there to its end, at once */
void ga_printed_finish(ga_printed *printed);               /* the worker is gone */
void ga_printed_repeat(const ga_printed *printed, const ga_portion *portion);
void ga_printed_close(ga_printed *printed);

#endif
