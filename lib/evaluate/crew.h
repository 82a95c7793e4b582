/*
 * Many evaluations at the same time, in forked processes with private copies of the parameters.
 *
 * A job is an array of tasks that do not depend on each other. Workers take chunks of it from a
 * counter in shared memory, evaluate in place in their own copy of everything, and write what they
 * find into shared slots: nothing is handed over per evaluation, and the results are the same bits
 * however many workers there are. A task that a worker did not finish (it crashed, or called exit)
 * is done again here, so that what happens then happens where everybody looks.
 *
 * Only a process with one thread is forked: locks that another thread holds would never be released
 * in the copy. Short jobs stay here too.
 */
#ifndef GRADAUDIT_CREW_H
#define GRADAUDIT_CREW_H

#include "evaluator.h"

typedef struct ga_job {
    size_t count; /* of tasks */
    /* Does task k: evaluates through the evaluator of `context`, writes `slot`. Plain data and
     * pointers to what lives for ever only: the slot is read in another process. */
    void (*task)(void *context, size_t k, void *slot);
    void *context;
    void *slots; /* count x slot_size, of the caller; filled in order for k < the return value of
                    ga_crew_run() */
    size_t slot_size;
    double seconds_per_task;    /* estimate; 0: not known, then everything is done here */
    size_t evaluations_per_task; /* the most a task may take; for budgets of evaluations */

    /* For threads (a thread-safe flat problem): a context of its own for each, and its evaluator.
     * NULL: the job cannot be done by threads. */
    void *(*clone)(void *context, ga_evaluator **evaluator);
    void (*discard)(void *clone);
} ga_job;

/*
 * Does the tasks in order until all are done or the budget is spent; returns how many of the first
 * were done whole. evaluator->evaluations grows by what they took, as if they had been done here
 * one after the other: with the same budget of evaluations the same tasks are done for any number
 * of workers, and the budget is never exceeded.
 */
size_t ga_crew_run(ga_evaluator *evaluator, const ga_job *job);

#endif
