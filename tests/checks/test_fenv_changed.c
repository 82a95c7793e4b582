/* P07 fenv-changed: by the loss, by the gradient, by loading. */
#include "expect.h"
#include "problem.h"

#include <fenv.h>
#include <string.h>

static const double START[3] = {1.0, -2.0, 0.5};

static double rounds_up(const double *x, size_t n, void *user)
{
    (void)fesetround(FE_UPWARD);
    return quadratic(x, n, user);
}

static int rounds_down(const double *x, size_t n, double *g, void *user)
{
    (void)fesetround(FE_DOWNWARD);
    return quadratic_grad(x, n, g, user);
}

static double puts_back(const double *x, size_t n, void *user)
{
    const int before = fegetround();
    (void)fesetround(FE_UPWARD);
    volatile double third = 1.0 / 3.0; /* some work in that mode */
    (void)third;
    (void)fesetround(before);
    return quadratic(x, n, user);
}

/* Raises flags, which every computation does: no change of the environment. */
static double raises_flags(const double *x, size_t n, void *user)
{
    volatile double zero = 0.0;
    volatile double infinite = 1.0 / zero;
    (void)infinite;
    return quadratic(x, n, user);
}

Test(fenv_changed, silent_on_right_ones)
{
    expect_codes(flat(quadratic, quadratic_grad, 3, START), "");
    expect_codes(flat(puts_back, quadratic_grad, 3, START), "");
}

Test(fenv_changed, loud_on_the_loss_and_put_back)
{
    ga_result *result = audit_expecting(flat(rounds_up, quadratic_grad, 3, START), "P07");
    const ga_finding *const finding = finding_of(result, "P07", NULL);
    cr_expect(strstr(finding->message, "the loss") && strstr(finding->message, "rounding mode"),
              "%s", finding->message);
    cr_expect_eq(finding->severity, GA_WARNING);
    cr_expect_eq(fegetround(), FE_TONEAREST, "put back");
    ga_result_free(result);
}

Test(fenv_changed, loud_on_the_gradient)
{
    ga_result *result = audit_expecting(flat(quadratic, rounds_down, 3, START), "P07");
    const ga_finding *const finding = finding_of(result, "P07", NULL);
    cr_expect(strstr(finding->message, "the gradient"), "%s", finding->message);
    cr_expect_eq(fegetround(), FE_TONEAREST, "put back");
    ga_result_free(result);
}

Test(fenv_changed, loud_on_what_loading_did)
{
    ga_problem *const problem = flat(quadratic, quadratic_grad, 3, START);
    problem->load_fenv = GA_FENV_FLUSH; /* as ga_plugin_open() leaves it for a -ffast-math object */
    ga_result *result = audit_expecting(problem, "P07");
    cr_expect(strstr(finding_of(result, "P07", NULL)->message, "flush-to-zero"));
    ga_result_free(result);
}

Test(fenv_changed, silent_on_flags)
{
    expect_codes(flat(raises_flags, quadratic_grad, 3, START), "");
    expect_codes(flat(quadratic, quadratic_grad, 2, (double[]){1e150, -1e150}), "");
}
