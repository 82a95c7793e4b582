/*
 * The installed headers and every macro in them, as C++11.
 */
#include "gradaudit/gradaudit.h"
#include "gradaudit/plugin.h"
#include "gradaudit/store.h"
#ifdef TEST_CRITERION
#include "gradaudit/criterion.h"
#endif

#include <cstdio>
#include <cstdlib>

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (0)

static double flat_loss(const double *x, size_t n, void *)
{
    return n > 0 ? x[0] * x[0] : 0.0;
}

static int flat_gradient(const double *x, size_t n, double *g, void *)
{
    g[n - 1] = 2.0 * x[n - 1];
    return 0;
}

static double scale = 3.0;
static double scale_gradient;

static double loss(void *)
{
    return scale * scale;
}

static int gradient(void *)
{
    scale_gradient = 2.0 * scale;
    return 0;
}

static ga_problem *open_flat(int, char **)
{
    const double start[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    ga_flat flat = ga_flat();
    flat.name = "flat";
    flat.n = 6;
    flat.x = start;
    flat.loss = flat_loss;
    flat.grad = flat_gradient;
    ga_problem *p = nullptr;
    ga_problem_flat(&flat, &p);

    ga_slice slice = ga_slice();
    slice.name = "W";
    slice.rank = 2;
    slice.shape[0] = slice.shape[1] = 2;
    ga_problem_slice(p, &slice);

    const ga_hooks hooks = ga_hooks();
    ga_problem_hooks(p, &hooks);
    return p;
}

static const ga_subject subjects[] = {{"flat", "a flat problem", open_flat}};
GA_PLUGIN(subjects)

static ga_problem *open_variables()
{
    static float w[24], dw[24];
    const int rows = 4;
    const short columns = 3;
    const unsigned long long layers = 2;
    ga_problem *p = nullptr;
    ga_problem_new("variables", &p);
    GA_VARIABLE(p, "scale", &scale, &scale_gradient);
    GA_VARIABLE(p, "no gradient yet", &w[23], nullptr);
    GA_TENSOR(p, "vector", w, dw, 4);
    GA_TENSOR(p, "sizes of all types", w, dw, rows, columns, layers);
    GA_TENSOR(p, "eight", w, dw, 1, 1, 1, 1, 2, 2, 3, rows / 2);

    ga_variable variable = ga_variable();
    variable.name = "full form";
    variable.value = w;
    variable.grad = dw;
    variable.dtype = GA_F32;
    variable.rank = 1;
    variable.shape[0] = 4;
    ga_problem_add(p, &variable);
    ga_problem_callbacks(p, loss, gradient, nullptr);
    return p;
}

#ifdef TEST_AUDIT
static void audit(ga_problem *p)
{
    ga_result *result = nullptr;
    const ga_options options = ga_options();
    (void)ga_audit(p, nullptr, &result);
    (void)ga_audit(p, &options, &result);
    (void)ga_assert_with(p, &options, stderr);
#ifdef TEST_CRITERION
    cr_expect_gradient(p);
    cr_assert_gradient(p);
#endif
}
#endif

int main()
{
    EXPECT(gradaudit_plugin.magic == GA_PLUGIN_MAGIC && gradaudit_plugin.abi == GA_PLUGIN_ABI);
    EXPECT(gradaudit_plugin.subject_count == 1);

    ga_problem *p = open_flat(0, nullptr);
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
