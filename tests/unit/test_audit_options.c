/* Options and descriptions that steer an audit: budgets, selection, allowances, hooks, locate,
 * update, slices, bounds. */
#include "problem.h"

#include "gradaudit/result.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    N = 100
};

typedef struct counter {
    size_t calls;
    double low, high; /* range of x[0] seen */
} counter;

static double quartic(const double *x, size_t n, void *user)
{
    counter *const seen = user;
    double sum = 0.0;
    if (seen) {
        seen->calls++;
        seen->low = fmin(seen->low, x[0]);
        seen->high = fmax(seen->high, x[0]);
    }
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i] * x[i] * x[i] / 4.0 + x[i];
    }
    return sum;
}

static int quartic_gradient(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    for (size_t i = 0; i < n; i++) {
        g[i] = x[i] * x[i] * x[i] + 1.0;
    }
    return 0;
}

static int half_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)quartic_gradient(x, n, g, user);
    for (size_t i = 0; i < n; i += 2) {
        g[i] *= 1.2;
    }
    return 0;
}

static ga_problem *make(ga_flat_grad_fn *gradient, counter *seen)
{
    double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 0.5 + (double)i / N;
    }
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = N, .x = x, .loss = quartic, .grad = gradient, .user = seen},
                    &p);
    return p;
}

static ga_result *audit(ga_problem *p, const ga_options *options)
{
    ga_result *result = NULL;
    const ga_status status = ga_audit(p, options, &result);
    cr_assert(status == GA_OK, "%s: %s", ga_status_text(status),
              ga_problem_error(p) ? ga_problem_error(p) : "");
    return result;
}

static int has_code(const ga_result *result, const char *code)
{
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        if (strcmp(ga_result_finding(result, i)->code, code) == 0) {
            return 1;
        }
    }
    return 0;
}

/* ---- Budgets ---- */

ParameterizedTestParameters(options, budget)
{
    static size_t budgets[] = {1, 2, 3, 5, 8, 11, 12, 13, 20, 40, 100, 200};
    return cr_make_param_array(size_t, budgets, sizeof budgets / sizeof *budgets);
}

ParameterizedTest(size_t *budget, options, budget)
{
    counter seen = {.low = (double)INFINITY, .high = -(double)INFINITY};
    ga_problem *const p = make(quartic_gradient, &seen);
    ga_result *const result = audit(p, &(ga_options){.max_evaluations = *budget});
    const ga_facts *const facts = ga_result_facts(result);
    cr_expect(seen.calls <= *budget, "%zu calls of %zu", seen.calls, *budget);
    cr_expect(facts->evaluations == seen.calls);
    cr_expect(ga_result_count(result, GA_ERROR) == 0, "a spent budget is no fault");
    cr_expect(facts->coverage < 1.0);
    cr_expect((facts->verdict == GA_PASS) == (ga_result_variable(result, 0)->checked > 0));
    cr_expect(ga_result_exit_code(result) == (facts->verdict == GA_PASS ? 0 : 3));
    ga_result_free(result);
    ga_problem_free(p);
}

Test(options, a_small_budget_samples_without_replacement_and_not_the_head)
{
    ga_problem *const p = make(quartic_gradient, NULL);
    ga_result *const result = audit(p, &(ga_options){.max_evaluations = 150});
    const size_t count = ga_result_element_count(result, 0);
    cr_assert(count > 10 && count < 60);
    cr_expect(ga_result_variable(result, 0)->checked == count);
    cr_expect_float_eq(ga_result_facts(result)->coverage, (double)count / N, 1e-15);
    size_t beyond = 0;
    for (size_t k = 0; k < count; k++) {
        const size_t index = ga_result_element(result, 0, k)->index;
        cr_expect(k == 0 || index > ga_result_element(result, 0, k - 1)->index,
                  "each once, in order");
        beyond += index >= N / 2;
    }
    cr_expect(beyond > count / 5 && beyond < count, "%zu of %zu in the second half", beyond, count);
    ga_result_free(result);
    ga_problem_free(p);
}

static int stop_at_60(const ga_progress *progress, void *user)
{
    int *const calls = user;
    ++*calls;
    return progress->evaluations >= 60;
}

Test(options, progress_can_stop_an_audit_and_what_was_found_is_kept)
{
    int calls = 0;
    ga_problem *const p = make(half_wrong, NULL);
    ga_result *const result =
        audit(p, &(ga_options){.progress = stop_at_60, .progress_user = &calls});
    cr_expect(calls > 0);
    cr_expect(ga_result_facts(result)->aborted == 1);
    cr_expect(ga_result_facts(result)->coverage < 1.0);
    cr_expect(ga_result_facts(result)->verdict == GA_FAIL);
    ga_result_free(result);
    ga_problem_free(p);
}

/* ---- Selection, strictness, allowances ---- */

Test(options, select_and_ignore)
{
    ga_problem *const p = make(half_wrong, NULL);
    ga_result *only_calls = audit(p, &(ga_options){.select = "P,gradient-unwritten"});
    cr_expect(ga_result_count(only_calls, GA_ERROR) == 0);
    cr_expect(ga_result_facts(only_calls)->evaluations < 10, "no element is measured for P codes");
    cr_expect(isnan(ga_result_facts(only_calls)->coverage));
    cr_expect(ga_result_exit_code(only_calls) == 0);
    ga_result *const ignoring = audit(p, &(ga_options){.ignore = "mismatch"});
    cr_expect(!has_code(ignoring, "G01"));
    cr_expect(ga_result_check_count(only_calls) < ga_result_check_count(ignoring));
    ga_result_free(only_calls);
    ga_result_free(ignoring);
    ga_problem_free(p);
}

Test(options, allowed_findings_are_reported_and_count_for_nothing)
{
    ga_problem *const p = make(half_wrong, NULL);
    ga_allow(p, "G", "x", "known, issue 12");
    ga_result *const result = audit(p, NULL);
    cr_assert(ga_result_finding_count(result) == 1);
    cr_expect_str_eq(ga_result_finding(result, 0)->suppressed, "known, issue 12");
    cr_expect(ga_result_count(result, GA_ERROR) == 0);
    cr_expect(ga_result_facts(result)->verdict != GA_FAIL);
    ga_result_free(result);
    ga_problem_free(p);
}

static int off_by_1e_5(const double *x, size_t n, double *g, void *user)
{
    (void)quartic_gradient(x, n, g, user);
    g[7] *= 1.0 + 1e-5;
    return 0;
}

Test(options, rtol_decides_what_a_gradient_may_err)
{
    ga_problem *const p = make(off_by_1e_5, NULL);
    ga_result *const tight = audit(p, NULL);
    ga_result *const loose = audit(p, &(ga_options){.rtol = 1e-4});
    cr_expect(has_code(tight, "G01"));
    cr_expect(!has_code(loose, "G01"));
    cr_expect(ga_result_variable(loose, 0)->resolution >= 1e-5, "and says what it leaves open");
    ga_result_free(tight);
    ga_result_free(loose);
    ga_problem_free(p);
}

/* ---- Hooks ---- */

typedef struct noisy {
    double w, dw;
    uint64_t state;
    double carry;
    int reseeds, resets;
} noisy;

static double noisy_loss(void *user)
{
    noisy *const net = user;
    net->state = net->state * 6364136223846793005u + 1442695040888963407u;
    net->carry += 0.125;
    const double mask = 0.5 + (double)(net->state >> 40) * 0x1p-24;
    return mask * net->w * net->w + net->carry;
}

static int noisy_gradient(void *user)
{
    noisy *const net = user;
    const double mask = 0.5 + (double)(net->state >> 40) * 0x1p-24;
    net->dw = 2.0 * mask * net->w;
    return 0;
}

static void reseed(uint64_t seed, void *user)
{
    ((noisy *)user)->state = seed + 77;
    ((noisy *)user)->reseeds++;
}

static void reset(void *user)
{
    ((noisy *)user)->carry = 0.0;
    ((noisy *)user)->resets++;
}

static int gradient_with_saved_mask(void *user)
{
    noisy *const net =
        user; /* reseeded just before: draw the same mask again, then it is that of the loss */
    uint64_t state = net->state * 6364136223846793005u + 1442695040888963407u;
    const double mask = 0.5 + (double)(state >> 40) * 0x1p-24;
    net->dw = 2.0 * mask * net->w;
    return 0;
}

Test(options, reseed_and_reset_make_a_random_loss_repeatable)
{
    noisy net = {.w = 1.5};
    ga_problem *p = NULL;
    ga_problem_new("noisy", &p);
    GA_VARIABLE(p, "w", &net.w, &net.dw);
    ga_problem_callbacks(p, noisy_loss, noisy_gradient, &net);
    ga_result *const plain = audit(p, NULL);
    cr_expect(has_code(plain, "N01"));
    cr_expect(!has_code(plain, "G01"), "what is only randomness is no mismatch");
    ga_problem_free(p);

    ga_problem_new("noisy", &p);
    GA_VARIABLE(p, "w", &net.w, &net.dw);
    ga_problem_callbacks(p, noisy_loss, gradient_with_saved_mask, &net);
    ga_problem_hooks(p, &(ga_hooks){.reset = reset, .reseed = reseed, .user = &net});
    ga_result *const hooked = audit(p, NULL);
    cr_expect(ga_result_finding_count(hooked) == 0);
    cr_expect(ga_result_facts(hooked)->verdict == GA_PASS);
    cr_expect(net.reseeds > 0 && net.resets > 0);
    ga_result_free(plain);
    ga_result_free(hooked);
    ga_problem_free(p);
}

/* ---- Gradients in fresh buffers, and no gradient at all ---- */

typedef struct lazy {
    double w[3];
    double *dw;
    int fresh; /* a new buffer for each call */
} lazy;

static double lazy_loss(void *user)
{
    const lazy *const net = user;
    return net->w[0] * net->w[1] + exp(net->w[2]);
}

static int lazy_gradient(void *user)
{
    lazy *const net = user;
    if (!net->dw || net->fresh) {
        double *const next = malloc(3 * sizeof *next);
        free(net->dw);
        net->dw = next;
    }
    net->dw[0] = net->w[1];
    net->dw[1] = net->w[0];
    net->dw[2] = exp(net->w[2]);
    return 0;
}

static int where(void *user, const char *name, void **value, void **grad)
{
    (void)name, (void)value;
    *grad = ((lazy *)user)->dw;
    return 0;
}

Test(options, gradients_that_only_the_first_pass_allocates_or_each_anew)
{
    for (int fresh = 0; fresh < 2; fresh++) {
        lazy net = {.w = {1.0, 2.0, 0.5}, .fresh = fresh};
        ga_problem *p = NULL;
        ga_problem_new("lazy", &p);
        GA_TENSOR(p, "w", net.w, NULL, 3);
        ga_problem_callbacks(p, lazy_loss, lazy_gradient, &net);
        ga_problem_locate(p, where);
        ga_result *const result = audit(p, NULL);
        cr_expect(ga_result_finding_count(result) == 0, "fresh %d: %s", fresh,
                  ga_result_finding_count(result) ? ga_result_finding(result, 0)->message : "");
        cr_expect(ga_result_variable(result, 0)->checked == 3);
        ga_result_free(result);
        ga_problem_free(p);
        free(net.dw);
    }
}

typedef struct trainer {
    double w[4];
    double factor; /* 1 is right */
} trainer;

static double trainer_loss(void *user)
{
    const trainer *const net = user;
    double sum = 0.0;
    for (int i = 0; i < 4; i++) {
        sum += cosh(net->w[i]) * (i + 1);
    }
    return sum;
}

static int descend(void *user)
{
    trainer *const net = user;
    for (int i = 0; i < 4; i++) {
        net->w[i] -= 0.01 * (i == 2 ? net->factor : 1.0) * sinh(net->w[i]) * (i + 1);
    }
    return 0;
}

Test(options, an_update_alone_is_enough)
{
    for (int wrong = 0; wrong < 2; wrong++) {
        trainer net = {.w = {0.3, -1.0, 2.0, 0.7}, .factor = wrong ? 1.1 : 1.0};
        ga_problem *p = NULL;
        ga_problem_new("trainer", &p);
        GA_TENSOR(p, "w", net.w, NULL, 4);
        ga_problem_callbacks(p, trainer_loss, NULL, &net);
        ga_problem_update(p, descend, 0.01, &net);
        ga_result *const result = audit(p, NULL);
        cr_expect(net.w[2] == 2.0, "the update is undone");
        cr_expect(ga_result_count(result, GA_ERROR) == (size_t)wrong);
        if (wrong) {
            cr_expect(ga_result_finding(result, 0)->indices[0] == 2);
        }
        ga_result_free(result);
        ga_problem_free(p);
    }
}

/* ---- Slices, bounds, scales by declaration ---- */

Test(options, slices_name_the_parts_and_gaps_keep_their_place)
{
    ga_problem *const p = make(half_wrong, NULL);
    ga_problem_slice(p, &(ga_slice){.name = "W", .offset = 0, .rank = 2, .shape = {5, 4}});
    ga_problem_slice(
        p, &(ga_slice){.name = "b", .offset = 30, .rank = 1, .shape = {10}, .role = GA_FROZEN});
    ga_result *const result = audit(p, NULL);
    static const char *const names[] = {"W", "x[20:30]", "b", "x[40:100]"};
    cr_assert(ga_result_variable_count(result) == 4);
    for (size_t v = 0; v < 4; v++) {
        cr_expect_str_eq(ga_result_variable(result, v)->name, names[v]);
    }
    cr_expect(ga_result_variable(result, 0)->failed == 10);
    cr_expect(ga_result_variable(result, 2)->checked == 0, "frozen is not audited");
    cr_expect(ga_result_count(result, GA_ERROR) == 3);
    ga_result_free(result);
    ga_problem_free(p);
}

Test(options, bounds_are_never_left)
{
    double x[3] = {0.5, 1.0, 2.0};
    double lower[3] = {0.499, 1.0, -(double)INFINITY}; /* close, and at the point */
    double upper[3] = {(double)INFINITY, 3.0, 2.0};
    counter seen = {.low = (double)INFINITY, .high = -(double)INFINITY};
    ga_problem *p = NULL;
    ga_problem_flat(&(ga_flat){.n = 3,
                               .x = x,
                               .loss = quartic,
                               .grad = quartic_gradient,
                               .user = &seen,
                               .lower = lower,
                               .upper = upper},
                    &p);
    ga_result *const result = audit(p, NULL);
    cr_expect(seen.low >= 0.499 && seen.high < 10.0, "x[0] was in [%g, %g]", seen.low, seen.high);
    cr_expect(ga_result_finding_count(result) == 0, "%s",
              ga_result_finding_count(result) ? ga_result_finding(result, 0)->message : "");
    cr_expect(ga_result_variable(result, 0)->checked == 3);
    ga_result_free(result);
    ga_problem_free(p);
}

static int doubled(const double *x, size_t n, double *g, void *user)
{
    (void)quartic_gradient(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] *= -2.0;
    }
    return 0;
}

Test(options, a_declared_scale_is_no_fault_and_an_undeclared_one_is_one)
{
    double x[5] = {1.0, 2.0, -3.0, 0.5, 0.1};
    for (int declared = 0; declared < 2; declared++) {
        ga_problem *p = NULL;
        ga_problem_flat(&(ga_flat){.n = 5,
                                   .x = x,
                                   .loss = quartic,
                                   .grad = doubled,
                                   .gradient_scale = declared ? -2.0 : 1.0},
                        &p);
        ga_result *const result = audit(p, NULL);
        cr_assert(ga_result_finding_count(result) == (declared ? 0u : 1u));
        if (!declared) {
            cr_expect_str_eq(ga_result_finding(result, 0)->code, "G03");
            cr_expect_not_null(strstr(ga_result_finding(result, 0)->help, ".gradient_scale = -2"));
        }
        ga_result_free(result);
        ga_problem_free(p);
    }
}
