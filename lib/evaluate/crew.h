/*
 * Many evaluations at the same time, in forked processes with private copies of the parameters.
 *
 * A job is an array of tasks that do not depend on each other. Workers take portions of it from a
 * counter in shared memory, evaluate in place in their own copy of everything, and write what they
 * find into shared slots: nothing is handed over per evaluation, and the results are the same bits
 * however many workers there are. That is for losses that repeat themselves: one that draws random
 * numbers draws other ones in a copy, and belongs in one process.
 *
 * A portion that a worker did not finish is done again here, so that what happens then happens
 * where everybody looks: it crashed, called exit, jumped out of its task, or did what only this
 * process's problem remembers (registered a variable, moved one). What workers print in a child of
 * ga_child_run() is printed there in the order of the tasks.
 *
 * Only a process with one thread is forked: locks that another thread holds would never be released
 * in the copy. Short jobs stay here too.
 */
#ifndef GRADAUDIT_CREW_H
#define GRADAUDIT_CREW_H

#include "evaluator.h"

typedef struct ga_job {
    size_t count; /* of tasks */
    /* Does task k: evaluates through the evaluator of `context`, writes `slot`, and changes nothing
     * else that outlives it. Plain data and pointers to what lives for ever only: the slot is read
     * in another process. It may be called for the same k again, with the slot as it was. */
    void (*task)(void *context, size_t k, void *slot);
    void *context;
    void *slots; /* count x slot_size, of the caller; filled in order for k < the return value of
                    ga_crew_run() */
    size_t slot_size;
    double seconds_per_task;     /* estimate; 0: not known, then everything is done here */
    size_t evaluations_per_task; /* the most a task may take; for budgets of evaluations */

    /* For threads (a thread-safe flat problem): a context of its own for each, and its evaluator,
     * whose problem is its own as well. NULL: the job cannot be done by threads; or, from clone(),
     * there is no memory for one more. */
    void *(*clone)(void *context, ga_evaluator **evaluator);
    void (*discard)(void *clone);
} ga_job;

/*
 * Does the tasks in order until all are done or the budget is spent; returns how many of the first
 * were done whole. evaluator->evaluations grows by what they took, as if they had been done here
 * one after the other: with the same budget of evaluations the same tasks are done for any number
 * of workers, and the budget is never exceeded. When the time is over (or progress asks to stop)
 * tasks may have been done beyond the first that was not: they are dropped, but counted.
 *
 * Meanwhile progress is called from here, and problem->activity shows the worker that has been in
 * its call for longest. A call that has begun is always waited for.
 */
size_t ga_crew_run(ga_evaluator *evaluator, const ga_job *job);

#endif
