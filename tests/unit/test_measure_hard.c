/*
 * Losses that misbehave: values that are not finite at any moment, extreme magnitudes, bounds and
 * coordinates without room. No verdict may be wrong, no step may stray, and nothing may hang.
 */
#include "test_measure.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <float.h>

/* A smooth loss whose values go astray with a given chance, depending on the call. */
typedef struct rogue {
    double x;
    double below;
    double above;
    double chance;
    uint64_t seed;
    int is_float;
    int calls;
    int strayed;
} rogue;

static double rogue_value(void *context, double t)
{
    static const double astray[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 0.0,
                                    -0.0,        DBL_MAX,          -DBL_MAX,          DBL_TRUE_MIN};
    rogue *r = context;
    const uint64_t bits = ga_hash(r->seed, (uint64_t)r->calls, GA_FOR_LINE, 0);
    r->calls++;
    r->strayed += !(t >= -r->below && t <= r->above);
    if (ga_hash_uniform(bits) < r->chance) {
        return astray[bits % 8];
    }
    return sin(r->x + t) + 2.0;
}

static ga_line rogue_line(rogue *r)
{
    return (ga_line){
        .value = rogue_value,
        .context = r,
        .at = r->x,
        .scale = r->x == 0.0 ? 1.0 : fabs(r->x),
        .reach = fmax(1.0, fabs(r->x)),
        .below = r->below,
        .above = r->above,
        .is_float = r->is_float,
        .stream = 3,
    };
}

Test(measure_hard, values_may_go_astray_at_any_moment)
{
    static const double rooms[] = {(double)INFINITY, 1e-3, 1e-9, 1e-17, 0.0};
    static const double chances[] = {0.0, 0.02, 0.3, 0.9, 1.0};
    static const double claims[] = {0.5, 0.0, 1e300, -1e-300, 5e-324};
    static const double points[] = {0.7, 0.0, -3.0, 1e-30, 1e15, 1e-320};

    for (uint64_t k = 0; k < 20000; k++) {
        const uint64_t bits = ga_hash(5, k, GA_FOR_LINE, 0);
        rogue r = {.x = points[bits % 6],
                   .below = rooms[bits / 8 % 5],
                   .above = rooms[bits / 64 % 5],
                   .chance = chances[bits / 512 % 5],
                   .seed = k,
                   .is_float = bits / 4096 % 2};
        r.x = r.is_float ? (double)(float)r.x : r.x;
        const ga_line line = rogue_line(&r);
        const ga_claim claim = {.analytic = claims[bits / 8192 % 5], .rtol = 1e-6};
        ga_profile profile;
        ga_probe got;
        ga_profile_begin(&profile, sin(r.x) + 2.0, k);
        ga_profile_noise(&profile, &line, NULL, NULL);
        r.calls = 0;
        ga_probe_element(&profile, &line, &claim, &got);

        cr_assert(r.strayed == 0, "case %d strayed", (int)k);
        cr_assert(r.calls == got.evaluations && r.calls <= GA_PROBE_EVALUATIONS);
        cr_assert(!(got.uncertainty < 0.0) && !isnan(got.uncertainty), "case %d", (int)k);
        if (got.verdict == GA_PROBE_PASS || got.verdict == GA_PROBE_FAIL) {
            cr_assert(isfinite(got.value) && isfinite(got.uncertainty), "case %d: %s, %g +- %g",
                      (int)k, ga_probe_reason_text(got.reason), got.value, got.uncertainty);
        }
        /* steps at 1e15 are longer than the wave */
        if (r.chance == 0.0 && fabs(r.x) < 1e15 && got.verdict == GA_PROBE_PASS) {
            const double fault = fabs(claim.analytic - cos(r.x));
            cr_assert(fault <= got.resolution, "case %d: %g passed at %g", (int)k, fault,
                      got.resolution);
        }
    }
}

static double always_nan(double x)
{
    return x == 2.0 ? 1.0 : (double)NAN;
}

Test(measure_hard, nothing_but_nan_ends_soon)
{
    subject s = subject_at(always_nan, 2.0);
    const ga_probe got = subject_probe(&s, 1.0, 1e-6, 1);
    cr_expect(got.verdict == GA_PROBE_NONFINITE && got.limit == GA_LIMIT_DOMAIN);
    cr_expect(got.evaluations <= 12, "%d", got.evaluations);
}

/* a sin(b x) with slope a b cos(b x), over all magnitudes. */
typedef struct magnitude_case {
    double amplitude;
    double x;
    int is_float;
} magnitude_case;

static double scaled_amplitude;
static double scaled_rate;

static double scaled(double x)
{
    return scaled_amplitude * sin(scaled_rate * x);
}

ParameterizedTestParameters(measure_hard, magnitudes)
{
    static magnitude_case cases[] = {
        {1.0, 1.0, 0},
        {1e-300, 1.0, 0},
        {1e300, 1.0, 0},
        {1.0, 1e-300, 0},
        {1.0, 1e300, 0},
        {1e-150, 1e-150, 0},
        {1e150, 1e150, 0},
        {1e-300, 1e8, 0},
        {1e300, 1e-8, 0},
        {1e-8, 1e8, 0},
        {1e8, 1e-8, 0},
        {1.0, (double)1e-30F, 1},
        {1.0, (double)1e30F, 1},
        {1e-30, 1.0, 1},
        {1e30, (double)0.1F, 1},
        {1.0, (double)1e-37F, 1},
        {1e-200, (double)1e5F, 1},
        {1e-307, 0.5, 0},
        {1.0, 1e-306, 0},
    };
    return cr_make_param_array(magnitude_case, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(magnitude_case *c, measure_hard, magnitudes)
{
    scaled_amplitude = c->amplitude;
    scaled_rate = 0.8 / c->x;
    subject s = subject_at(scaled, c->x);
    s.is_float = c->is_float;
    const double truth = c->amplitude * cos(scaled_rate * c->x) * scaled_rate;
    for (uint64_t seed = 0; seed < 10; seed++) {
        const ga_probe right = subject_probe(&s, truth, 1e-6, seed);
        cr_expect(right.verdict == GA_PROBE_PASS, "%g at %g: %s, %g +- %g, truth %g", c->amplitude,
                  c->x, ga_probe_reason_text(right.reason), right.value, right.uncertainty, truth);
        const ga_probe wrong = subject_probe(&s, 1.01 * truth, 1e-6, seed);
        cr_expect(wrong.verdict == GA_PROBE_FAIL, "%g at %g: %s, %g +- %g, truth %g", c->amplitude,
                  c->x, ga_probe_reason_text(wrong.reason), wrong.value, wrong.uncertainty, truth);
    }
    cr_expect(s.strayed == 0, "%d of %d steps", s.strayed, s.calls);
}

static double gentle(double x)
{
    return exp(0.1 * x);
}

Test(measure_hard, fixed_elements_have_no_room)
{
    subject s = subject_at(gentle, 1.0);
    s.below = 0.0;
    s.above = 0.0;
    const ga_probe got = subject_probe(&s, 1.0, 1e-6, 1);
    cr_expect(got.verdict == GA_PROBE_INCONCLUSIVE && got.reason == GA_NO_ROOM);
    cr_expect(got.limit == GA_LIMIT_BOUNDS && s.calls == 0);
}

Test(measure_hard, a_float_too_large_for_its_steps)
{
    subject s = subject_at(gentle, 16777216.0); /* spacing 2 */
    s.is_float = 1;
    s.value = gentle;
    s.above = 1.0;
    s.below = 0.5;
    ga_profile profile;
    ga_probe got;
    const ga_line line = subject_line(&s);
    const ga_claim claim = {.analytic = 1.0, .rtol = 1e-4};
    ga_profile_begin(&profile, 1.0, 1);
    ga_profile_noise(&profile, &line, NULL, NULL);
    ga_probe_element(&profile, &line, &claim, &got);
    cr_expect(got.reason == GA_NO_ROOM && s.calls == 0);
}
