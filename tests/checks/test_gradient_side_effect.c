/* N04 gradient-side-effect: the loss differs after a gradient call. */
#include "expect.h"

#include <string.h>

Test(gradient_side_effect, silent_on_a_right_one)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOT), "");
}

Test(gradient_side_effect, loud_on_a_running_mean)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_SIDE_EFFECT), "N04");
    const ga_finding *const finding = finding_of(result, "N04", NULL);
    cr_expect_eq(finding->severity, GA_WARNING);
    cr_expect(strstr(finding->message, "after a gradient call"), "%s", finding->message);
    ga_result_free(result);
}

/* The gradient writes a buffer that the loss fills anew before it reads it. */
typedef struct shared {
    double work[3];
} shared;

static double works(const double *x, size_t n, void *user)
{
    shared *const s = user;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        s->work[i] = x[i] * x[i];
        sum += s->work[i];
    }
    return sum;
}

static int works_grad(const double *x, size_t n, double *g, void *user)
{
    shared *const s = user;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2.0 * x[i];
        s->work[i] = -1.0;
    }
    return 0;
}

Test(gradient_side_effect, silent_on_a_work_buffer)
{
    shared s = {{0}};
    ga_problem *p = NULL;
    ga_problem_flat(
        &(ga_flat){
            .n = 3, .x = (double[]){0.5, -1.0, 2.0}, .loss = works, .grad = works_grad, .user = &s},
        &p);
    expect_codes(p, "");
}

Test(gradient_side_effect, silent_on_hard_ones)
{
    restless state;
    expect_codes(restless_open(&state, RESTLESS_NOISY), "");
    expect_codes(network_open_float(NETWORK_RIGHT), "");
    expect_codes(restless_open(&state, RESTLESS_RANDOM), "N01");
}
