/* See crew.h. */
#include "crew.h"

size_t ga_crew_run(ga_evaluator *evaluator, const ga_job *job)
{
    for (size_t k = 0; k < job->count; k++) {
        job->task(job->context, k, (char *)job->slots + k * job->slot_size);
        if (evaluator->spent) {
            return k;
        }
    }
    return job->count;
}
