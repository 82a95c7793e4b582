/* G10 loss-disagrees: the loss with the gradient, and the loss alone. */
#include "expect.h"

static const double START[3] = {1.0, -2.0, 0.5};

/* With the gradient, the loss has an extra term. */
static double extra;

static double both(const double *x, size_t n, double *g, void *user)
{
    if (!g) {
        return quadratic(x, n, user);
    }
    (void)quadratic_grad(x, n, g, user);
    return quadratic(x, n, user) + extra;
}

static ga_problem *joint(double more, const double *x, size_t n)
{
    ga_problem *p = NULL;
    extra = more;
    ga_problem_flat(&(ga_flat){.n = n, .x = x, .both = both}, &p);
    return p;
}

Test(loss_disagrees, silent_on_a_right_one)
{
    expect_codes(joint(0.0, START, 3), "");
}

Test(loss_disagrees, loud_with_both_numbers)
{
    ga_result *result = audit_expecting(joint(0.25, START, 3), "G10");
    const ga_finding *const finding = finding_of(result, "G10", NULL);
    const double truth = quadratic(START, 3, NULL);
    cr_expect(finding->has_numbers);
    cr_expect(fabs(finding->analytic - truth - 0.25) < 1e-12);
    cr_expect(fabs(finding->measured - truth) < 1e-12);
    ga_result_free(result);
}

Test(loss_disagrees, loud_on_nan)
{
    expect_codes(joint((double)NAN, START, 3), "G10");
    expect_codes(joint((double)INFINITY, START, 3), "G10");
}

Test(loss_disagrees, loud_on_a_small_difference)
{
    expect_codes(joint(1e-7, START, 3), "G10");
}

Test(loss_disagrees, silent_on_rounding_and_on_huge_values)
{
    expect_codes(joint(1e-14, START, 3), "");
    expect_codes(joint(0.0, (double[]){1e150, -1e150}, 2), "");
    expect_codes(joint(0.0, (double[]){0.0}, 1), "");
}

Test(loss_disagrees, all_three_callbacks_are_compared)
{
    ga_problem *p = NULL;
    extra = 0.25;
    ga_problem_flat(
        &(ga_flat){.n = 3, .x = START, .loss = quadratic, .grad = quadratic_grad, .both = both},
        &p);
    expect_codes(p, "G10");
}

Test(loss_disagrees, skipped_when_they_are_apart)
{
    ga_result *result = audit_expecting(flat(quadratic, quadratic_grad, 3, START), "");
    cr_expect_eq(check_of(result, "G10")->verdict, GA_SKIPPED);
    ga_result_free(result);
}
