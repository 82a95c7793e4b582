/* G09 stale: the gradient of the point before. */
#include "expect.h"

#include <string.h>

Test(stale, silent_on_a_right_one)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOT), "");
}

Test(stale, loud_and_alone)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_STALE), "G09");
    cr_expect(strstr(finding_of(result, "G09", NULL)->message, "the point before"));
    cr_expect_eq(check_of(result, "N01")->verdict, GA_PASS, "it is not called random");
    ga_result_free(result);
}

/* The gradient does not depend on the point: the same everywhere, and right. */
static double linear(const double *x, size_t n, void *user)
{
    (void)user;
    double sum = 3.0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)(i + 1) * x[i];
    }
    return sum;
}

static int linear_grad(const double *x, size_t n, double *g, void *user)
{
    (void)x;
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = (double)(i + 1);
    }
    return 0;
}

Test(stale, silent_on_a_gradient_that_is_constant)
{
    expect_codes(flat(linear, linear_grad, 3, (double[]){1.0, -2.0, 0.5}), "");
    expect_codes(flat(linear, linear_grad, 1, (double[]){0.0}), "");
}

/* A cache that is right: filled by the loss, read by the gradient, which is called after it. */
typedef struct cache {
    double residual;
} cache;

static double caching(const double *x, size_t n, void *user)
{
    cache *const c = user;
    (void)n;
    c->residual = x[0] * x[1] - 1.0;
    return 0.5 * c->residual * c->residual;
}

static int from_cache(const double *x, size_t n, double *g, void *user)
{
    const cache *const c = user;
    (void)n;
    g[0] = c->residual * x[1];
    g[1] = c->residual * x[0];
    return 0;
}

Test(stale, silent_on_a_cache_that_the_loss_fills)
{
    cache c = {0};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .n = 2, .x = (double[]){1.5, -0.5}, .loss = caching, .grad = from_cache, .user = &c},
        &p);
    expect_codes(p, "");
}
