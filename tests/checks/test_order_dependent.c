/* N03 order-dependent: f(x), f(y), f(x). */
#include "expect.h"

#include <string.h>

Test(order_dependent, silent_on_a_right_one)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOT), "");
}

Test(order_dependent, loud_on_a_warm_start)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_WARM), "N03");
    const ga_finding *const finding = finding_of(result, "N03", NULL);
    cr_expect_eq(finding->severity, GA_WARNING);
    cr_expect(strstr(finding->message, "evaluated before"), "%s", finding->message);
    cr_expect_eq(variable_of(result, "x")->failed, 0, "its spread is noise, not a fault");
    ga_result_free(result);
}

/* A cache with a right key: the same value, however it was come by. */
typedef struct cache {
    double key, value;
    int full;
} cache;

static double cached(const double *x, size_t n, void *user)
{
    cache *const c = user;
    if (!c->full || !(c->key == x[0])) {
        *c = (cache){.key = x[0], .value = exp(x[0]), .full = 1};
    }
    return c->value + quadratic(x, n, NULL);
}

static int cached_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    (void)quadratic_grad(x, n, g, NULL);
    g[0] += exp(x[0]);
    return 0;
}

Test(order_dependent, silent_on_a_cache_with_the_right_key)
{
    cache c = {0};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .n = 2, .x = (double[]){0.5, -1.0}, .loss = cached, .grad = cached_grad, .user = &c},
        &p);
    expect_codes(p, "");
}

Test(order_dependent, silent_on_hard_ones)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
}

/* Slopes of such a loss mean nothing, and nothing is judged. */
Test(order_dependent, loud_on_the_value_of_the_call_before)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_ONE_LATE), "N03");
    cr_expect_eq(check_of(result, "G01")->verdict, GA_SKIPPED);
    ga_result_free(result);
}
