/* Slopes of losses that differ from call to call: the bar holds, and two sets make a FAIL. */
#include "test_measure.h"

#include "repeated.h"

#include <criterion/criterion.h>

typedef enum trouble {
    NOISE,     /* uniform, of the given size */
    DRIFT,     /* rises by `size` with each call */
    QUADRATIC, /* with the square of the calls, by `size` at first */
    NEVER_FINITE,
    CALM /* nothing at all, although the profile says otherwise */
} trouble;

typedef struct shaky {
    trouble kind;
    double size, x;
    uint64_t seed, calls;
} shaky;

static const double X = 1.3;
static const double SLOPE = 3.6692966676192444; /* of exp at X */

static double value(void *context, double t)
{
    shaky *const s = context;
    const double f = exp(s->x + t);
    const double n = (double)s->calls;
    const double u = ga_hash_uniform(ga_hash(s->seed, 99, GA_FOR_LINE, s->calls++)) - 0.5;
    switch (s->kind) {
    case NOISE:
        return f + sqrt(12.0) * s->size * u;
    case DRIFT:
        return f + s->size * n;
    case QUADRATIC:
        return f + s->size * n * (1.0 + 0.001 * n);
    case NEVER_FINITE:
        return t == 0.0 ? f : (double)NAN;
    case CALM:
        break;
    }
    return f;
}

static ga_probe probe(shaky *s, double claim)
{
    const ga_line line = {
        .value = value,
        .context = s,
        .at = s->x,
        .scale = s->x,
        .reach = s->x,
        .below = (double)INFINITY,
        .above = (double)INFINITY,
        .stream = 7,
    };
    ga_profile profile;
    ga_probe out;
    ga_profile_begin(&profile, exp(s->x), s->seed);
    profile.noise = fmax(profile.noise, s->size);
    ga_probe_repeated(&profile, &line, &(ga_claim){.analytic = claim, .rtol = 1e-6}, &out);
    return out;
}

enum {
    TRIALS = 400
};

Test(repeated, the_truth_lies_within_the_bar_and_is_never_accused)
{
    int outside = 0;
    for (uint64_t seed = 1; seed <= TRIALS; seed++) {
        const double size = pow(10.0, -1.0 - 6.0 * ga_hash_uniform(ga_hash(seed, 1, 0, 0)));
        shaky s = {.kind = NOISE, .size = size, .x = X, .seed = seed};
        const ga_probe out = probe(&s, SLOPE);
        cr_expect_neq(out.verdict, GA_PROBE_FAIL, "seed %llu", (unsigned long long)seed);
        cr_expect(out.evaluations <= GA_REPEATED_EVALUATIONS);
        cr_expect_eq((uint64_t)out.evaluations, s.calls);
        outside += !(fabs(out.value - SLOPE) <= out.uncertainty);
    }
    cr_expect_leq(outside, TRIALS / 1000 + 1, "%d of %d", outside, TRIALS);
}

Test(repeated, a_wrong_sign_and_a_factor_fail_where_noise_allows)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        shaky s = {.kind = NOISE, .size = 0.02, .x = X, .seed = seed};
        cr_expect_eq(probe(&s, -SLOPE).verdict, GA_PROBE_FAIL);
        s.size = 1e-3;
        cr_expect_eq(probe(&s, 2.0 * SLOPE).verdict, GA_PROBE_FAIL);
        cr_expect_eq(probe(&s, 0.0).verdict, GA_PROBE_FAIL);
    }
}

Test(repeated, what_noise_hides_is_left_open_at_little_cost)
{
    shaky s = {.kind = NOISE, .size = 50.0, .x = X, .seed = 3};
    const ga_probe out = probe(&s, 2.0 * SLOPE);
    cr_expect_eq(out.verdict, GA_PROBE_INCONCLUSIVE);
    cr_expect_eq(out.limit, GA_LIMIT_NOISE);
    cr_expect(out.evaluations <= 50, "%d", out.evaluations);
}

Test(repeated, little_noise_passes_to_the_resolution)
{
    shaky s = {.kind = NOISE, .size = 1e-5, .x = X, .seed = 5};
    const ga_probe out = probe(&s, SLOPE);
    cr_expect_eq(out.verdict, GA_PROBE_PASS);
    cr_expect(out.resolution <= 0.011 * SLOPE, "%g", out.resolution);
    cr_expect(fabs(out.value - SLOPE) <= out.uncertainty);
}

/* f(+h) f(-h) f(-h) f(+h): a drift cancels, though it moves the loss by more than the steps do. */
Test(repeated, a_drift_cancels_from_the_slope)
{
    static const trouble kinds[] = {DRIFT, QUADRATIC};
    for (size_t k = 0; k < 2; k++) {
        shaky s = {.kind = kinds[k], .size = 0.01, .x = X, .seed = 11};
        const ga_probe out = probe(&s, SLOPE);
        cr_expect(fabs(out.value - SLOPE) <= 1e-2 * SLOPE, "%g, want %g", out.value, SLOPE);
        cr_expect_neq(out.verdict, GA_PROBE_FAIL);
        s.calls = 0;
        cr_expect_neq(probe(&s, 1.1 * SLOPE).verdict, GA_PROBE_FAIL,
                      "the slope may have drifted by as much");
    }
}

/* A set that is much calmer than what was seen before does not stand for the loss. */
Test(repeated, calm_values_do_not_narrow_the_bar)
{
    shaky s = {.kind = CALM, .size = 0.5, .x = X, .seed = 13};
    const ga_probe out = probe(&s, 1.2 * SLOPE);
    cr_expect_neq(out.verdict, GA_PROBE_FAIL);
    cr_expect(out.uncertainty >= 0.1 * SLOPE, "%g", out.uncertainty);
}

Test(repeated, NaN_passes_nothing)
{
    shaky s = {.kind = NEVER_FINITE, .size = 1e-3, .x = X, .seed = 17};
    cr_expect_eq(probe(&s, SLOPE).verdict, GA_PROBE_NONFINITE);
    s.kind = NOISE;
    cr_expect_eq(probe(&s, (double)NAN).verdict, GA_PROBE_FAIL);
}

Test(repeated, the_same_values_give_the_same_bits)
{
    shaky one = {.kind = NOISE, .size = 1e-4, .x = X, .seed = 19};
    shaky two = one;
    const ga_probe a = probe(&one, SLOPE);
    const ga_probe b = probe(&two, SLOPE);
    cr_expect(a.value == b.value && a.uncertainty == b.uncertainty);
    cr_expect_eq(a.evaluations, b.evaluations);
}
