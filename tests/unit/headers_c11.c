/*
 * The installed headers and every macro in them, as strict C11.
 *
 * That this compiles without a warning is the test; running it only shows that the macros pass on
 * what they were given.
 */
#include "gradaudit/gradaudit.h"
#include "gradaudit/plugin.h"
#include "gradaudit/store.h"
#ifdef TEST_CRITERION
#include "gradaudit/criterion.h"
#endif

#include <stdlib.h>

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static double flat_loss(const double *x, size_t n, void *user)
{
    (void)user;
    return n > 0 ? x[0] * x[0] : 0.0;
}

static int flat_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    g[n - 1] = 2.0 * x[n - 1];
    return 0;
}

static double scale = 3.0;
static double scale_gradient;

static double loss(void *user)
{
    (void)user;
    return scale * scale;
}

static int gradient(void *user)
{
    (void)user;
    scale_gradient = 2.0 * scale;
    return 0;
}

static ga_problem *open_flat(int argc, char **argv)
{
    const double start[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    ga_problem *p = NULL;
    (void)argc;
    ga_problem_flat(&(ga_flat){.name = argv ? argv[0] : "flat",
                               .n = 6,
                               .x = start,
                               .loss = flat_loss,
                               .grad = flat_gradient},
                    &p);
    ga_problem_slice(p, &(ga_slice){.name = "W", .rank = 2, .shape = {2, 2}});
    ga_problem_hooks(p, &(ga_hooks){.user = NULL});
    return p;
}

static const ga_subject subjects[] = {
    {.name = "flat", .summary = "a flat problem", .open = open_flat},
};
GA_PLUGIN(subjects)

static ga_problem *open_variables(void)
{
    static float w[24], dw[24];
    static double deep[2][3], ddeep[2][3];
    const int rows = 4;
    const short columns = 3;
    const unsigned long long layers = 2;
    ga_problem *p = NULL;
    ga_problem_new("variables", &p);
    GA_VARIABLE(p, "scale", &scale, &scale_gradient);
    GA_VARIABLE(p, "no gradient yet", &w[23], NULL);
    GA_TENSOR(p, "vector", w, dw, 4);
    GA_TENSOR(p, "sizes of all types", w, dw, rows, columns, layers);
    GA_TENSOR(p, "a sum for a size", w, dw, rows + 1, 2);
    GA_TENSOR(p, "eight", w, dw, 1, 1, 1, 1, 2, 2, 3, rows / 2);
    GA_TENSOR(p, "deep", &deep[0][0], &ddeep[0][0], 2, 3);
    ga_problem_add(p, &(ga_variable){.name = "full form",
                                     .value = w,
                                     .grad = dw,
                                     .dtype = GA_F32,
                                     .role = GA_FROZEN,
                                     .rank = 1,
                                     .shape = {4},
                                     .lower = -1.0,
                                     .upper = 1.0});
    ga_problem_callbacks(p, loss, gradient, NULL);
    return p;
}

#ifdef TEST_AUDIT
/* The audit's macros; compiled always, linked only where the whole library is. */
static void audit(ga_problem *p)
{
    ga_result *result = NULL;
    (void)ga_audit(p, NULL, &result);
    (void)ga_audit(p, &(ga_options){.seed = 1}, &result);
    (void)ga_assert_with(p, NULL, stderr);
    (void)ga_assert_with(p, &(ga_options){.strict = 1}, stderr);
#ifdef TEST_CRITERION
    cr_expect_gradient(p);
    cr_assert_gradient(p);
#endif
}
#endif

int main(void)
{
    EXPECT(gradaudit_plugin.magic == GA_PLUGIN_MAGIC && gradaudit_plugin.abi == GA_PLUGIN_ABI);
    EXPECT(gradaudit_plugin.subject_count == 1);
    EXPECT(GA_DTYPE_OF(&scale) == GA_F64);
    EXPECT(GA_STATUS_COUNT == 7 && GA_MAX_RANK == 8 && GA_NO_INDEX == SIZE_MAX);

    ga_problem *p = open_flat(0, NULL);
    EXPECT(!ga_problem_error(p));
    ga_problem_free(p);

    p = open_variables();
    EXPECT(!ga_problem_error(p));
    ga_problem_free(p);
#ifdef TEST_AUDIT
    (void)audit;
#endif
    return 0;
}
