/* P09 range: a note on gradients whose squares leave the range; never an error. */
#include "expect.h"

#include <string.h>

static ga_result *audited(double unit, double at)
{
    const double x[2] = {at, -2.0 * at};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){.n = 2, .x = x, .loss = quadratic, .grad = quadratic_grad, .user = &unit}, &p);
    return audit_expecting(p, "");
}

Test(range, silent_on_usual_sizes)
{
    ga_result *result = audited(1.0, 3.0);
    cr_expect_eq(count_of(result, "P09"), 0);
    cr_expect_eq(check_of(result, "P09")->verdict, GA_PASS);
    ga_result_free(result);
}

Test(range, notes_gradients_whose_squares_overflow)
{
    ga_result *result = audited(1e-160, 3e-160);
    const ga_finding *const finding = finding_of(result, "P09", "x");
    cr_expect_eq(finding->severity, GA_NOTE);
    cr_expect(strstr(finding->message, "overflows"), "%s", finding->message);
    cr_expect_eq(ga_result_verdict(result), GA_PASS, "a note counts for nothing");
    ga_result_free(result);
}

Test(range, notes_gradients_whose_squares_underflow)
{
    ga_result *result = audited(1e160, 3e160);
    cr_expect(strstr(finding_of(result, "P09", "x")->message, "underflows"));
    ga_result_free(result);
}

Test(range, silent_within_the_range_and_on_zeros)
{
    ga_result *result = audited(1e150, 3e150);
    cr_expect_eq(count_of(result, "P09"), 0);
    ga_result_free(result);
    result = audited(1e-150, 3e-150);
    cr_expect_eq(count_of(result, "P09"), 0);
    ga_result_free(result);
    result = audit_expecting(flat(cosines, cosines_grad, 2, (double[]){0.0, 0.0}), "G12");
    cr_expect_eq(count_of(result, "P09"), 0, "0 is no underflow");
    ga_result_free(result);
}

static double steep(void *user)
{
    const float x = *(const float *)user;
    return 1e20 * (double)x + 1e19 * (double)x * (double)x;
}

static float dx;
static int steep_grad(void *user)
{
    dx = 1e20f + 2e19f * *(const float *)user;
    return 0;
}

Test(range, floats_have_a_smaller_range)
{
    float x = 2.0f;
    ga_problem *p = NULL;
    ga_problem_new("steep", &p);
    GA_VARIABLE(p, "x", &x, &dx);
    ga_problem_callbacks(p, steep, steep_grad, &x);
    ga_result *result = audit_expecting(p, "");
    (void)finding_of(result, "P09", "x");
    ga_result_free(result);
}
