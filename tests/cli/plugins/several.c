/* Several subjects, with names that a command line makes hard. */
#include "bowl.h"

static int wrong_gradient(const double *x, size_t n, double *g, void *user)
{
    const int answer = bowl_gradient(x, n, g, user);
    g[1] = 6.0 * x[1]; /* a term is missing */
    return answer;
}

static ga_problem *open_wrong(int argc, char **argv)
{
    (void)argc;
    ga_problem *problem = NULL;
    const ga_flat flat = {
        .name = argv[0], .n = 2, .x = bowl_start, .loss = bowl_loss, .grad = wrong_gradient};
    (void)ga_problem_flat(&flat, &problem);
    return problem;
}

/* Refuses, and says what it was given. */
static ga_problem *open_arguments(int argc, char **argv)
{
    ga_problem *const problem = bowl_open(argc, argv);
    (void)ga_problem_fail(problem, "%d arguments, the first is '%s', after the last is %s",
                          argc - 1, argc > 1 ? argv[1] : "", argv[argc] ? "something" : "NULL");
    return problem;
}

static const ga_subject subjects[] = {
    {.name = "bowl", .summary = "a bowl, right", .open = bowl_open},
    {.name = "with space", .summary = "a bowl, wrong", .open = open_wrong},
    {.name = "a:b", .summary = "a bowl, right again", .open = bowl_open},
    {.name = "arguments", .summary = "refuses", .open = open_arguments},
};
GA_PLUGIN(subjects)
