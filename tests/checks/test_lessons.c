/*
 * What went wrong in other people's gradient checkers, each proven absent here. The name of a test
 * is the defect.
 */
#include "expect.h"

#include <stdlib.h>
#include <string.h>

static const double START[5] = {1.0, -2.0, 0.5, 3.0, -0.7};

/* The right gradient, but for one slot. Set before the audit. */
static size_t odd_slot;
static double odd_factor;
static double odd_term;

static int odd(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[odd_slot] = odd_factor * g[odd_slot] + odd_term;
    return 0;
}

/* "Cannot tell" is an answer, too. */
static const ga_options without_doubt = {.ignore = "G11"};

static ga_problem *with_odd(size_t slot, double factor, double term)
{
    odd_slot = slot;
    odd_factor = factor;
    odd_term = term;
    return flat(quadratic, odd, 5, START);
}

static void expect_wrong_at(ga_result *result, size_t slot)
{
    const ga_finding *const finding = finding_of(result, "G01", "x");
    cr_expect_eq(finding->count, 1);
    cr_expect_eq(finding->indices[0], slot);
    ga_result_free(result);
}

/* ---- Numbers that are none ------------------------------------------------------------------ */

Test(lessons, nan_is_not_greater_than_a_tolerance)
{
    ga_result *result = audit_expecting(with_odd(2, 1.0, (double)NAN), "P02");
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    cr_expect_eq(variable_of(result, "x")->verdict, GA_FAIL);
    ga_result_free(result);
}

/* Finite at the point, and nowhere else: every slope is NaN. */
static double spike(const double *x, size_t n, void *user)
{
    for (size_t i = 0; i < n; i++) {
        if (x[i] < START[i] || x[i] > START[i]) {
            return (double)NAN;
        }
    }
    return quadratic(x, n, user);
}

Test(lessons, nan_equals_nan)
{
    ga_result *result = NULL;
    ga_problem *p = flat(spike, quadratic_nan, 5, START);
    cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
    ga_problem_free(p);
    cr_expect_eq(count_of(result, "P02"), 1, "a NaN in the gradient is a fault of the gradient");
    cr_expect_eq(ga_result_verdict(result), GA_FAIL);
    ga_result_free(result);
}

Test(lessons, nan_slopes_pass)
{
    ga_result *result = NULL;
    ga_problem *p = flat(spike, quadratic_grad, 5, START);
    cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
    ga_problem_free(p);
    cr_expect_eq(ga_result_verdict(result), GA_INCONCLUSIVE);
    for (size_t k = 0; k < ga_result_element_count(result, 0); k++) {
        cr_expect_neq(ga_result_element(result, 0, k)->verdict, GA_PASS);
    }
    ga_result_free(result);
}

Test(lessons, zero_by_zero_poisons_a_mean)
{
    double x[5];
    memcpy(x, START, sizeof x);
    x[0] = 0.25; /* there claimed and measured are both exactly 0 */
    ga_problem_free(with_odd(3, 1.01, 0.0));
    ga_result *result = audit_expecting(flat(quadratic, odd, 5, x), "G01");
    cr_expect(isfinite(variable_of(result, "x")->worst_error));
    cr_expect(isfinite(variable_of(result, "x")->resolution));
    cr_expect_eq(variable_of(result, "x")->worst_index, 3);
    expect_wrong_at(result, 3);
}

static int nan_then_wrong(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_grad(x, n, g, user);
    g[0] = (double)NAN;
    g[2] *= 1.5;
    g[4] = (double)NAN;
    return 0;
}

Test(lessons, a_running_maximum_drops_the_worst)
{
    ga_result *result = audit_expecting(flat(quadratic, nan_then_wrong, 5, START), "P02 G01");
    const ga_variable_result *const x = variable_of(result, "x");
    cr_expect_eq(x->worst_index, 2);
    cr_expect(fabs(x->worst_error - 1.0 / 3.0) < 1e-6, "%g", x->worst_error);
    cr_expect_eq(x->nonfinite, 2);
    expect_wrong_at(result, 2);
}

/* ---- Signs and sizes ------------------------------------------------------------------------ */

Test(lessons, a_difference_of_absolute_values_loses_the_sign)
{
    expect_wrong_at(audit_expecting(with_odd(1, -1.0, 0.0), "G01"), 1);
}

Test(lessons, an_integer_abs_rounds_to_nothing)
{
    expect_wrong_at(audit_expecting(with_odd(1, 1.0, 0.3), "G01"), 1);
    expect_wrong_at(audit_expecting(with_odd(1, 1.0, -0.3), "G01"), 1);
}

Test(lessons, a_missing_abs_lets_one_direction_pass)
{
    for (size_t slot = 0; slot < 5; slot++) { /* slopes of either sign */
        expect_wrong_at(audit_expecting(with_odd(slot, 1.01, 0.0), "G01"), slot);
        expect_wrong_at(audit_expecting(with_odd(slot, 0.99, 0.0), "G01"), slot);
    }
}

Test(lessons, a_relative_step_is_applied_as_an_absolute_one)
{
    static const double units[] = {1e8, 1e-8, 1e30, 1e-30};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        double unit = units[k];
        double x[5];
        for (size_t i = 0; i < 5; i++) {
            x[i] = START[i] * unit;
        }
        ga_problem *p = NULL;
        ga_flat description = {
            .n = 5, .x = x, .loss = quadratic, .grad = quadratic_grad, .user = &unit};
        ga_problem_flat(&description, &p);
        expect_codes(p, "");
        description.grad = quadratic_off;
        ga_problem_flat(&description, &p);
        expect_wrong_at(audit_expecting(p, "G01"), 1);
    }
}

static double faint(const double *x, size_t n, void *user)
{
    return 1e-14 * quadratic(x, n, user);
}

static int faint_off(const double *x, size_t n, double *g, void *user)
{
    (void)quadratic_off(x, n, g, user);
    for (size_t i = 0; i < n; i++) {
        g[i] *= 1e-14;
    }
    return 0;
}

Test(lessons, gradients_below_a_threshold_are_never_checked)
{
    expect_wrong_at(audit_expecting(flat(faint, faint_off, 5, START), "G01"), 1);
}

static int robust_off(const double *x, size_t n, double *g, void *user)
{
    (void)robust_grad(x, n, g, user);
    g[1] *= 1.01;
    return 0;
}

/* Steps in proportion to such an x are lost in the rounding of the loss. That is no pass. */
Test(lessons, an_element_close_to_zero_passes_unmeasured)
{
    static const double close[] = {1e-14, 1e-20, 1e-26, 1e-100, 1e-310};
    for (size_t k = 0; k < sizeof close / sizeof *close; k++) {
        double x[5];
        ga_result *result = NULL;
        memcpy(x, START, sizeof x);
        x[2] = close[k];
        ga_problem_free(with_odd(2, 1.5, 0.0));
        ga_problem *p = flat(quadratic, odd, 5, x);
        cr_assert_eq(ga_audit(p, NULL, &result), GA_OK);
        ga_problem_free(p);
        const ga_element *const element = ga_result_element(result, 0, 2);
        cr_expect_neq(element->verdict, GA_PASS,
                      "at %g: %g claimed, %g +- %g measured by steps of %g: %s", close[k],
                      element->analytic, element->measured, element->uncertainty, element->step,
                      element->reason);
        ga_result_free(result);
        expect_codes_with(flat(quadratic, quadratic_grad, 5, x), &without_doubt, "");
    }
}

Test(lessons, the_tolerance_grows_with_the_dimension)
{
    enum {
        N = 3000
    };
    static double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 0.1 + 0.2 * sin((double)i);
    }
    ga_result *result = audit_expecting(flat(robust, robust_grad, N, x), "");
    cr_expect_eq(variable_of(result, "x")->checked, N);
    ga_result_free(result);
    expect_wrong_at(audit_expecting(flat(robust, robust_off, N, x), "G01"), 1);
}

/* ---- The point ------------------------------------------------------------------------------ */

typedef struct witness {
    double first[5];
    int called;
} witness;

static double seen(const double *x, size_t n, void *user)
{
    witness *const w = user;
    if (!w->called) {
        memcpy(w->first, x, n * sizeof *x);
        w->called = 1;
    }
    return quadratic(x, n, NULL);
}

static int seen_grad(const double *x, size_t n, double *g, void *user)
{
    (void)user;
    return quadratic_grad(x, n, g, NULL);
}

Test(lessons, the_point_is_silently_moved)
{
    double x[5] = {1.0, -0.0, 1e-310, 3.0, 0.1};
    double before[5];
    witness w = {0};
    ga_problem *p = NULL;
    memcpy(before, x, sizeof x);
    ga_problem_flat(&(ga_flat){.n = 5, .x = x, .loss = seen, .grad = seen_grad, .user = &w}, &p);
    ga_result *result = audit_expecting_with(p, &without_doubt, "");
    cr_expect_arr_eq(w.first, before, sizeof before, "the first call is at the point itself");
    cr_expect_arr_eq(x, before, sizeof before, "the caller's copy is only read");
    for (size_t k = 0; k < ga_result_element_count(result, 0); k++) {
        const ga_element *const element = ga_result_element(result, 0, k);
        cr_expect_arr_eq(&element->x, &before[element->index], sizeof element->x);
    }
    cr_expect_eq(ga_result_element_count(result, 0), 5);
    ga_result_free(result);
}

static void expect_untouched(regression_fault fault, const char *want, const ga_options *options)
{
    regression model = regression_at_start();
    const regression before = model;
    expect_codes_with(regression_open(&model, fault), options, want);
    cr_expect_arr_eq(model.w, before.w, sizeof before.w, "fault %d", (int)fault);
    cr_expect_arr_eq(&model.b, &before.b, sizeof before.b, "fault %d", (int)fault);
}

Test(lessons, parameters_are_left_perturbed)
{
    expect_untouched(REGRESSION_RIGHT, "", NULL);
    expect_untouched(REGRESSION_CUTS_BIAS, "G05", NULL);
    expect_untouched(REGRESSION_MOVES_WEIGHT, "P04", NULL);
    expect_untouched(REGRESSION_SETS_BIAS, "V05", NULL);
    expect_untouched(REGRESSION_RIGHT, "",
                     &(ga_options){.max_evaluations = 20}); /* in the middle */
}

static int refuses(void *user)
{
    regression *const model = user;
    model->w[0] += 1.0;
    return 1;
}

static double plain_loss(void *user)
{
    return regression_loss(user);
}

Test(lessons, parameters_are_left_perturbed_when_a_callback_refuses)
{
    regression model = regression_at_start();
    ga_problem *p = NULL;
    ga_problem_new("refuses", &p);
    GA_TENSOR(p, "w", model.w, model.dw, 3);
    GA_VARIABLE(p, "b", &model.b, &model.db);
    ga_problem_callbacks(p, plain_loss, refuses, &model);
    expect_codes(p, "P08 P04");
    cr_expect_eq(model.w[0], 0.4);
}

Test(lessons, all_zeros_pass_without_a_word)
{
    const double zeros[3] = {0};
    ga_result *result = audit_expecting(flat(cosines, cosines_grad, 3, zeros), "G12");
    cr_expect(strstr(finding_of(result, "G12", "x")->help, "where it is not 0"));
    ga_result_free(result);
}

Test(lessons, dropout_is_called_a_mismatch)
{
    restless state;
    ga_result *result = audit_expecting(restless_open(&state, RESTLESS_RANDOM), "N01");
    for (size_t i = 0; i < ga_result_finding_count(result); i++) {
        cr_expect_neq(ga_result_finding(result, i)->code[0], 'G');
    }
    ga_result_free(result);
}

/* ---- Coverage ------------------------------------------------------------------------------- */

enum {
    MANY = 400
};

static ga_problem *many(ga_flat_grad_fn *grad)
{
    static double x[MANY];
    for (size_t i = 0; i < MANY; i++) {
        x[i] = 0.5 + sin((double)i);
    }
    return flat(robust, grad, MANY, x);
}

Test(lessons, drawing_twice_counts_as_coverage)
{
    static const ga_options some = {.max_evaluations = 700};
    ga_result *result = audit_expecting_with(many(robust_grad), &some, "");
    const size_t count = ga_result_element_count(result, 0);
    cr_expect(count > 20 && count < MANY, "%zu elements", count);
    for (size_t k = 1; k < count; k++) {
        cr_expect_lt(ga_result_element(result, 0, k - 1)->index,
                     ga_result_element(result, 0, k)->index, "each once, by rising index");
    }
    cr_expect_eq(variable_of(result, "x")->checked, count);
    cr_expect(fabs(ga_result_facts(result)->coverage - (double)count / MANY) < 1e-12);
    cr_expect_leq(ga_result_facts(result)->evaluations, 700);
    ga_result_free(result);
}

/* ---- Options: each is read ------------------------------------------------------------------ */

Test(lessons, option_seed)
{
    static const ga_options one = {.seed = 1, .max_evaluations = 700};
    static const ga_options two = {.seed = 2, .max_evaluations = 700};
    ga_result *a = audit_expecting_with(many(robust_grad), &one, "");
    ga_result *b = audit_expecting_with(many(robust_grad), &two, "");
    cr_expect_eq(ga_result_facts(a)->seed, 1);
    cr_expect_eq(ga_result_facts(b)->seed, 2);
    size_t same = 0;
    for (size_t k = 0; k < ga_result_element_count(a, 0) && k < ga_result_element_count(b, 0);
         k++) {
        same += ga_result_element(a, 0, k)->index == ga_result_element(b, 0, k)->index;
    }
    cr_expect_lt(same, ga_result_element_count(a, 0), "another seed, another choice");
    ga_result_free(a);
    ga_result_free(b);
}

Test(lessons, option_rtol)
{
    expect_codes(with_odd(1, 1.0 + 1e-4, 0.0), "G01");
    ga_result *result =
        audit_expecting_with(with_odd(1, 1.0 + 1e-4, 0.0), &(ga_options){.rtol = 1e-3}, "");
    cr_expect_eq(variable_of(result, "x")->rtol, 1e-3);
    ga_result_free(result);
}

static double coarse(const double *x, size_t n, void *user)
{
    return 1e13 + quadratic(x, n, user);
}

Test(lessons, option_resolution)
{
    const double x[1] = {-2.0};
    expect_codes_with(flat(coarse, quadratic_grad, 1, x), &(ga_options){.resolution = 1e-4}, "G11");
    expect_codes_with(flat(coarse, quadratic_grad, 1, x), &(ga_options){.resolution = 0.5}, "");
}

Test(lessons, option_strict)
{
    const double x[1] = {-2.0};
    static const ga_options loose = {.resolution = 0.5};
    static const ga_options strict = {.resolution = 0.5, .strict = 1};
    ga_result *result = audit_expecting_with(flat(coarse, quadratic_grad, 1, x), &loose, "");
    cr_expect_eq(ga_result_facts(result)->strict, 0);
    cr_expect_eq(ga_result_exit_code(result), 0);
    ga_result_free(result);
    result = audit_expecting_with(flat(coarse, quadratic_grad, 1, x), &strict, "G11");
    cr_expect_eq(ga_result_facts(result)->strict, 1);
    cr_expect_eq(ga_result_exit_code(result), 3);
    ga_result_free(result);
}

Test(lessons, option_max_evaluations)
{
    ga_result *result =
        audit_expecting_with(many(robust_grad), &(ga_options){.max_evaluations = 100}, "");
    cr_expect_leq(ga_result_facts(result)->evaluations, 100);
    cr_expect_lt(ga_result_facts(result)->coverage, 1.0);
    ga_result_free(result);
}

/* A few million operations: some milliseconds on any machine. */
static double slow(const double *x, size_t n, void *user)
{
    volatile double waste = 0.0;
    for (int i = 0; i < 1000000; i++) {
        waste = waste + 1.0;
    }
    return robust(x, n, user);
}

Test(lessons, option_max_seconds)
{
    static double x[MANY];
    static const ga_options brief = {.max_seconds = 0.05};
    for (size_t i = 0; i < MANY; i++) {
        x[i] = 0.5 + sin((double)i);
    }
    ga_result *result = audit_expecting_with(flat(slow, robust_grad, MANY, x), &brief, "");
    cr_expect_lt(ga_result_facts(result)->coverage, 1.0);
    ga_result_free(result);
}

Test(lessons, option_select)
{
    ga_result *result = audit_expecting_with(flat(quadratic, quadratic_nan, 5, START),
                                             &(ga_options){.select = "V,overlap,N01"}, "");
    for (size_t k = 0; k < ga_result_check_count(result); k++) {
        const char *const code = ga_result_check(result, k)->code;
        cr_expect(code[0] == 'V' || strcmp(code, "N01") == 0, "%s", code);
    }
    (void)check_of(result, "N01");
    (void)check_of(result, "V03");
    ga_result_free(result);
}

Test(lessons, option_ignore)
{
    ga_result *result = audit_expecting_with(flat(quadratic, quadratic_nan, 5, START),
                                             &(ga_options){.ignore = "gradient-nonfinite"}, "");
    size_t count = 0;
    (void)ga_builtin_checks(&count);
    cr_expect_eq(ga_result_check_count(result), count - 1);
    ga_result_free(result);
}

/* So many elements that the default budget does not reach: the loss reads four of them. */
enum {
    TOO_MANY = 26000
};

static double reads_four(const double *x, size_t n, void *user)
{
    (void)n;
    return quadratic(x, 4, user);
}

static int reads_four_grad(const double *x, size_t n, double *g, void *user)
{
    memset(g, 0, n * sizeof *g);
    return quadratic_grad(x, 4, g, user);
}

Test(lessons, option_measure)
{
    static double x[TOO_MANY];
    for (size_t i = 0; i < TOO_MANY; i++) {
        x[i] = 1.5 + sin((double)i);
    }
    ga_result *result = audit_expecting(flat(reads_four, reads_four_grad, TOO_MANY, x), "");
    cr_expect_lt(ga_result_facts(result)->coverage, 1.0);
    cr_expect_leq(ga_result_facts(result)->evaluations, 100000);
    ga_result_free(result);
    result = audit_expecting_with(flat(reads_four, reads_four_grad, TOO_MANY, x),
                                  &(ga_options){.measure = GA_MEASURE_ALL}, "");
    cr_expect_eq(ga_result_facts(result)->coverage, 1.0);
    ga_result_free(result);
}

static void expect_unsupported(ga_options options)
{
    ga_problem *p = flat(quadratic, quadratic_grad, 5, START);
    ga_result *result = NULL;
    cr_expect_eq(ga_audit(p, &options, &result), GA_EUNSUPPORTED);
    cr_expect_null(result);
    ga_problem_free(p);
}

Test(lessons, options_of_later_versions_are_refused_and_not_ignored)
{
    expect_unsupported((ga_options){.isolation = GA_ISOLATE_WORKER});
    static const ga_options supported = {.workers = 2, .points = 2};
    expect_codes_with(flat(quadratic, quadratic_grad, 5, START), &supported, "");
}

typedef struct listener {
    size_t calls, most;
    int stop;
} listener;

static int listen(const ga_progress *progress, void *user)
{
    listener *const l = user;
    l->calls++;
    l->most = progress->evaluations > l->most ? progress->evaluations : l->most;
    return l->stop;
}

Test(lessons, options_progress_and_progress_user)
{
    static double x[MANY];
    for (size_t i = 0; i < MANY; i++) {
        x[i] = 0.5 + sin((double)i);
    }
    listener patient = {0};
    listener hasty = {.stop = 1};
    const ga_options patiently = {.progress = listen, .progress_user = &patient};
    const ga_options hastily = {.progress = listen, .progress_user = &hasty};
    ga_result *result = audit_expecting_with(flat(slow, robust_grad, 40, x), &patiently, "");
    cr_expect_gt(patient.calls, 0);
    cr_expect_gt(patient.most, 0);
    cr_expect_eq(ga_result_facts(result)->aborted, 0);
    ga_result_free(result);
    result = audit_expecting_with(flat(slow, robust_grad, MANY, x), &hastily, "");
    cr_expect_eq(hasty.calls, 1);
    cr_expect_eq(ga_result_facts(result)->aborted, 1);
    cr_expect_lt(ga_result_facts(result)->coverage, 1.0);
    ga_result_free(result);
}
