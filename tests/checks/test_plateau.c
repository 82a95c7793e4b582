/* S03 plateau: flat within steps, and jumps. */
#include "expect.h"

#include <string.h>

Test(plateau, silent_on_right_ones)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
    expect_codes(network_open(NETWORK_RIGHT), "");
}

Test(plateau, loud_on_a_gradient_that_looks_past_the_stairs)
{
    ga_result *result =
        audit_expecting(flat(stairs, stairs_through, 2, (double[]){1.3, 2.7}), "S03");
    const ga_finding *const finding = finding_of(result, "S03", "x");
    cr_expect_eq(finding->count, 2);
    cr_expect(strstr(finding->message, "does not change at all"), "%s", finding->message);
    cr_expect_eq(finding->severity, GA_ERROR);
    ga_result_free(result);
}

Test(plateau, accepted_when_it_is_meant)
{
    ga_problem *p = flat(stairs, stairs_through, 2, (double[]){1.3, 2.7});
    ga_allow(p, "S03", NULL, "straight-through estimator");
    ga_result *result = audit_expecting(p, "");
    cr_expect_str_eq(finding_of(result, "S03", "x")->suppressed, "straight-through estimator");
    ga_result_free(result);
}

/* A threshold: the number of elements above 1. */
static double counts(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] > 1.0 ? 1.0 : 0.0;
    }
    return sum;
}

static int counts_smoothly(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        const double s = 1.0 / (1.0 + exp(-8.0 * (x[i] - 1.0)));
        g[i] = 8.0 * s * (1.0 - s);
    }
    return 0;
}

Test(plateau, loud_on_a_threshold)
{
    expect_codes(flat(counts, counts_smoothly, 3, (double[]){0.9, 1.1, 1.25}), "S03");
}

static double offset(const double *x, size_t n, void *user)
{
    return 1e12 + quadratic(x, n, user);
}

/* A loss that moves in steps only because it is rounded rests on no plateau. */
Test(plateau, silent_on_rounding)
{
    static const ga_options only = {.select = "S03"};
    expect_codes_with(flat(offset, quadratic_grad, 3, (double[]){1.0, -2.0, 0.5}), &only, "");
    expect_codes_with(network_open_float(NETWORK_RIGHT), &only, "");
}

Test(plateau, silent_on_what_is_flat_for_good_reason)
{
    expect_codes(flat(relu, relu_grad, 2, (double[]){-3.0, 4.0}), "");
    expect_codes(flat(log_sum_exp, log_sum_exp_grad, 2, (double[]){1.0, -12.0}), "");
    expect_codes(flat(quadratic, quadratic_grad, 1, (double[]){1e150}), "");
}
