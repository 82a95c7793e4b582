/* S05 singular: a value, but no derivative, and a gradient that is not finite. */
#include "expect.h"

#include <string.h>

Test(singular, silent_on_right_ones)
{
    expect_codes(flat(norm, norm_grad, 2, (double[]){0.3, -0.4}), "");
    expect_codes(flat(norm, norm_textbook, 2, (double[]){0.3, -0.4}), "");
}

Test(singular, loud_on_a_norm_at_the_origin)
{
    ga_result *result =
        audit_expecting(flat(norm, norm_textbook, 2, (double[]){0.0, 0.0}), "P02 S05");
    const ga_finding *const finding = finding_of(result, "S05", "x");
    cr_expect_eq(finding->count, 2);
    cr_expect_eq(finding->indices[0], 0);
    cr_expect_eq(finding_of(result, "P02", "x")->count, 2);
    ga_result_free(result);
}

static double root(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return sqrt(x[0]) + x[1] * x[1];
}

static int root_grad(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    g[0] = 0.5 / sqrt(x[0]);
    g[1] = 2.0 * x[1];
    return 0;
}

Test(singular, loud_on_a_root_at_the_edge_of_its_domain)
{
    ga_result *result = audit_expecting(flat(root, root_grad, 2, (double[]){0.0, 1.5}), "P02 S05");
    const ga_finding *const finding = finding_of(result, "S05", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], 0);
    ga_result_free(result);
}

/* The loss is smooth, and only the formula of the gradient is 0/0: P02 alone. */
static double square(const double *x, size_t n, void *user)
{
    (void)n;
    (void)user;
    return x[0] * x[0] + x[1];
}

static int square_grad(const double *x, size_t n, double *g, void *user)
{
    (void)n;
    (void)user;
    g[0] = 2.0 * x[0] * x[0] / x[0];
    g[1] = 1.0;
    return 0;
}

Test(singular, silent_when_the_loss_is_smooth)
{
    expect_codes(flat(square, square_grad, 2, (double[]){0.0, 1.0}), "P02");
    expect_codes(flat(quadratic, quadratic_nan, 3, (double[]){1.0, -2.0, 0.5}), "P02");
    expect_codes(flat(quadratic, quadratic_infinite, 2, (double[]){1e150, -1e150}), "P02");
}

Test(singular, silent_near_the_singular_point)
{
    expect_codes(flat(root, root_grad, 2, (double[]){1e-6, 1.5}), "");
    expect_codes(flat(norm, norm_textbook, 1, (double[]){1e-8}), "");
}

/* At the singular point itself, with a finite value between the slopes: a kink, and no more. */
Test(singular, silent_when_the_gradient_is_defined)
{
    expect_codes(flat(norm, norm_grad, 2, (double[]){0.0, 0.0}), "S01");
}
