/* V03 unused: the loss does not react at all. */
#include "expect.h"

Test(unused, silent_on_a_right_one)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_RIGHT), "");
}

Test(unused, loud_on_a_variable_that_is_not_read)
{
    regression model = regression_at_start();
    ga_result *result = audit_expecting(regression_open(&model, REGRESSION_IGNORES_BIAS), "V03");
    cr_expect_eq(finding_of(result, "V03", "b")->severity, GA_WARNING);
    cr_expect_eq(variable_of(result, "w")->verdict, GA_PASS);
    ga_result_free(result);
}

Test(unused, loud_on_zero_times_a_variable)
{
    regression model = regression_at_start();
    expect_codes(regression_open(&model, REGRESSION_GATED_BIAS), "V03");
}

/* One element of a vector is not read: the variable is used. */
static double without_last(const double *x, size_t n, void *user)
{
    return quadratic(x, n - 1, user);
}

static int without_last_grad(const double *x, size_t n, double *g, void *user)
{
    g[n - 1] = 0.0;
    return quadratic_grad(x, n - 1, g, user);
}

Test(unused, silent_when_a_part_is_used)
{
    expect_codes(flat(without_last, without_last_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
}

static double gated(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return (x[0] > 3.0 ? x[0] - 3.0 : 0.0) + 1.0;
}

static int gated_grad(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    g[0] = x[0] > 3.0 ? 1.0 : 0.0;
    return 0;
}

Test(unused, silent_on_a_gate_that_is_closed_here)
{
    expect_codes(flat(gated, gated_grad, 1, (double[]){1.0}), "G12");
}

/* Too small to be seen beside the rest: that is not "does not depend". */
static double buried(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return 1e18 + x[0];
}

static int buried_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)n;
    (void)user;
    g[0] = 1.0;
    return 0;
}

Test(unused, silent_on_what_is_only_out_of_sight)
{
    static const ga_options only = {.select = "V03"};
    expect_codes_with(flat(buried, buried_grad, 1, (double[]){1.0}), &only, "");
}

Test(unused, silent_on_frozen_ones_and_at_zero)
{
    regression model = regression_at_start();
    double spare = 2.0;
    ga_problem *p = regression_open(&model, REGRESSION_RIGHT);
    ga_problem_add(
        p, &(ga_variable){.name = "spare", .value = &spare, .dtype = GA_F64, .role = GA_FROZEN});
    expect_codes(p, "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){0.0}), "");
}
