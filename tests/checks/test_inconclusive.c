/* G11 inconclusive: says what it cannot tell, and only then. */
#include "expect.h"

#include <string.h>

Test(inconclusive, silent_on_right_ones)
{
    expect_codes(network_open(NETWORK_RIGHT), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    expect_codes(flat(rosenbrock, rosenbrock_grad, 2, (double[]){-1.2, 1.0}), "");
}

static double buried(const double *x, size_t n, void *user)
{
    return 1e15 + quadratic(x, n, user);
}

Test(inconclusive, loud_when_the_loss_is_too_coarse)
{
    const double x[2] = {1.0, -2.0};
    ga_result *result = audit_expecting(flat(buried, quadratic_grad, 2, x), "G11");
    const ga_finding *const finding = finding_of(result, "G11", "x");
    cr_expect_eq(finding->severity, GA_WARNING);
    cr_expect_eq(finding->verdict, GA_INCONCLUSIVE);
    cr_expect(strlen(finding->why) > 0 && strlen(finding->help) > 0);
    cr_expect_eq(ga_result_verdict(result), GA_INCONCLUSIVE);
    cr_expect_eq(variable_of(result, "x")->verdict, GA_INCONCLUSIVE);
    ga_result_free(result);
}

/* Neither is a wrong gradient accused that cannot be seen: no guess in either direction. */
Test(inconclusive, guesses_neither_way)
{
    expect_codes(flat(buried, quadratic_off, 2, (double[]){1.0, -2.0}), "G11");
}

Test(inconclusive, bounds_that_leave_no_room)
{
    const double x[2] = {1.0, -2.0};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 2,
                               .x = x,
                               .loss = quadratic,
                               .grad = quadratic_grad,
                               .lower = (double[]){1.0, -(double)INFINITY},
                               .upper = (double[]){1.0, (double)INFINITY}},
                    &p);
    ga_result *result = audit_expecting(p, "G11");
    const ga_finding *const finding = finding_of(result, "G11", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 0);
    cr_expect(strstr(finding->why, "no room"), "%s", finding->why);
    ga_result_free(result);
}

Test(inconclusive, silent_on_hard_ones)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){0.3}), "");
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1e150, -1e150}), "");
    expect_codes(flat(relu, relu_grad, 2, (double[]){1e-4, -1e-5}), "");
    expect_codes(flat(robust, robust_grad, 2, (double[]){1e8, 1e-8}), "");
}
