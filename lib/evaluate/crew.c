/* See crew.h. Whether a job is worth workers, and in which rounds. */
#include "crew_inside.h"

#include "child.h"

#include <math.h>

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

void *ga_job_slot(const ga_job *job, size_t k)
{
    return (char *)job->slots + k * job->slot_size;
}

int ga_job_do_here(ga_evaluator *evaluator, const ga_job *job, size_t k)
{
    job->task(job->context, k, ga_job_slot(job, k));
    return !evaluator->spent;
}

/* From task k to the end or that of the budget; returns how many are done, k included. */
static size_t do_rest_here(ga_evaluator *evaluator, const ga_job *job, size_t k)
{
    while (k < job->count && !evaluator->spent && ga_job_do_here(evaluator, job, k)) {
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

/* ---- The run --------------------------------------------------------------------------------- */

size_t ga_crew_run(ga_evaluator *evaluator, const ga_job *job)
{
    ga_crew crew = {.evaluator = evaluator, .job = job};
    if (may_share_out(evaluator, job, &crew.by_threads)) {
        int failures = 0;
        while (failures < MOST_FAILURES && !evaluator->spent && plan(&crew)) {
            const size_t done = ga_crew_round(&crew);
            crew.first += done;
            failures += done == 0 ? MOST_FAILURES : crew.failed;
        }
    }
    return do_rest_here(evaluator, job, crew.first);
}
