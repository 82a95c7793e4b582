/*
 * The callbacks of a problem in the user's own buffers, and the hooks of both forms.
 */
#include "validate.h"

#include <math.h>

/* What only a problem made by ga_problem_new() can be told. */
static ga_status may_tell(ga_problem *problem, const char *function)
{
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    if (problem->is_flat) {
        return ga_problem_fail(
            problem,
            "problem `%.200s`: %s is not for a flat problem, whose callbacks are "
            "in its description",
            problem->name, function);
    }
    return GA_OK;
}

static ga_status fail_two_gradients(ga_problem *problem)
{
    return ga_problem_fail(problem,
                           "problem `%.200s`: both a gradient callback and ga_problem_update() "
                           "were given: which one is to be audited?",
                           problem->name);
}

ga_status ga_problem_callbacks(ga_problem *problem, ga_loss_fn *loss, ga_grad_fn *grad, void *user)
{
    const ga_status allowed = may_tell(problem, "ga_problem_callbacks()");
    if (allowed != GA_OK) {
        return allowed;
    }
    if (!loss) {
        return ga_problem_fail(problem, "problem `%.200s`: ga_problem_callbacks() got no loss",
                               problem->name);
    }
    if (problem->loss) {
        return ga_problem_fail(problem, "problem `%.200s`: its callbacks were given twice",
                               problem->name);
    }
    if (grad && problem->step) {
        return fail_two_gradients(problem);
    }
    problem->loss = loss;
    problem->grad = grad;
    problem->user = user;
    return GA_OK;
}

ga_status ga_problem_update(ga_problem *problem, ga_step_fn *step, double rate, void *user)
{
    const ga_status allowed = may_tell(problem, "ga_problem_update()");
    if (allowed != GA_OK) {
        return allowed;
    }
    if (!step) {
        return ga_problem_fail(problem, "problem `%.200s`: ga_problem_update() got no step",
                               problem->name);
    }
    if (!isfinite(rate) || rate == 0.0) {
        return ga_problem_fail(problem,
                               "problem `%.200s`: the rate of its update is %s: the gradient is "
                               "(before - after) / rate",
                               problem->name,
                               isnan(rate)   ? "NaN"
                               : rate == 0.0 ? "0"
                                             : "infinite");
    }
    if (problem->step) {
        return ga_problem_fail(problem, "problem `%.200s`: its update was given twice",
                               problem->name);
    }
    if (problem->grad) {
        return fail_two_gradients(problem);
    }
    problem->step = step;
    problem->step_rate = rate;
    problem->step_user = user;
    return GA_OK;
}

ga_status ga_problem_locate(ga_problem *problem, ga_locate_fn *locate)
{
    const ga_status allowed = may_tell(problem, "ga_problem_locate()");
    if (allowed != GA_OK) {
        return allowed;
    }
    if (!locate) {
        return ga_problem_fail(problem, "problem `%.200s`: ga_problem_locate() got no function",
                               problem->name);
    }
    if (problem->locate) {
        return ga_problem_fail(problem, "problem `%.200s`: its locate was given twice",
                               problem->name);
    }
    problem->locate = locate;
    return GA_OK;
}

ga_status ga_problem_hooks_sized(ga_problem *problem, size_t size, const ga_hooks *hooks)
{
    const ga_status changeable = ga_problem_changeable(problem);
    if (changeable != GA_OK) {
        return changeable;
    }
    ga_hooks copy;
    if (!ga_copy_struct(&copy, sizeof copy, hooks, size)) {
        return ga_fail_struct(problem, "ga_problem_hooks()", hooks, size);
    }
    problem->hooks = copy;
    return GA_OK;
}
