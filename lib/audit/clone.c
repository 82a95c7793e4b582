/* A copy of a study for a thread of its own: values, blocks and evaluator are private, all that was
 * measured is shared and only read. For flat problems, whose callbacks get x as an argument. */
#include "study.h"

#include <stdlib.h>
#include <string.h>

typedef struct copy {
    ga_evidence evidence;
    ga_problem problem;
} copy;

static ga_status fill(copy *made, const ga_evidence *evidence)
{
    const ga_problem *const problem = evidence->problem;
    const size_t n = problem->flat.n;
    made->evidence = *evidence;
    made->problem = *problem;
    made->problem.x = malloc((n ? n : 1) * sizeof *made->problem.x);
    made->problem.blocks = malloc((problem->block_count + 1) * sizeof *made->problem.blocks);
    made->problem.activity = NULL;
    made->evidence.problem = &made->problem;
    made->evidence.evaluator.problem = &made->problem;
    if (!made->problem.x || !made->problem.blocks) {
        return GA_ENOMEM;
    }
    memcpy(made->problem.x, problem->x, n * sizeof *problem->x);
    for (size_t b = 0; b < problem->block_count; b++) {
        made->problem.blocks[b] = problem->blocks[b];
        made->problem.blocks[b].value = made->problem.x + problem->blocks[b].offset;
    }
    return GA_OK;
}

ga_evidence *ga_study_clone(const ga_evidence *evidence)
{
    copy *const made = calloc(1, sizeof *made);
    if (!made || fill(made, evidence) != GA_OK) {
        ga_study_discard(made ? &made->evidence : NULL);
        return NULL;
    }
    return &made->evidence;
}

void ga_study_discard(ga_evidence *clone)
{
    copy *const made = (copy *)clone; /* its first member */
    if (made) {
        free(made->problem.x);
        free(made->problem.blocks);
        free(made);
    }
}
