/* The backend that calls user code in this very process. */
#include "evaluator.h"

#include <math.h>

static double call_loss(ga_problem *problem)
{
    if (!problem->is_flat) {
        return problem->loss(problem->user);
    }
    const ga_flat *const flat = &problem->flat;
    return flat->loss ? flat->loss(problem->x, flat->n, flat->user)
                      : flat->both(problem->x, flat->n, NULL, flat->user);
}

static int call_gradient(ga_problem *problem, double *g, double *joint)
{
    *joint = (double)NAN;
    if (!problem->is_flat) {
        return problem->grad(problem->user);
    }
    const ga_flat *const flat = &problem->flat;
    if (!flat->both) {
        return flat->grad(problem->x, flat->n, g, flat->user);
    }
    *joint = flat->both(problem->x, flat->n, g, flat->user);
    return 0;
}

static int call_step(ga_problem *problem)
{
    return problem->step(problem->step_user);
}

const ga_backend ga_backend_here = {
    .loss = call_loss,
    .gradient = call_gradient,
    .step = call_step,
};
